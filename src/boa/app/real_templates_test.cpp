#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/app/boa_config.hpp"
#include "boa/app/config_test_texts.hpp"

/// What configs of BOA's users do with templates.
namespace boa::app {
namespace {

using config_texts::config_of;
using ::testing::ElementsAre;

std::vector<std::string> parameter_names(const BoaConfig& config) {
  std::vector<std::string> names;
  for (const core::Parameter& parameter : config.search_space.parameters()) names.push_back(core::name_of(parameter));
  return names;
}

TEST(RealTemplates, NestedDictsBecomeParameters) {
  const BoaConfig config = config_of(R"({% set params = {
  'cn2.hru': {'lo': 35, 'hi': 98.0},
  'esco.hru': {'lo': 0.01, 'hi': 1.0},
} -%}
objective:
  metrics: [{name: nse}]
parameters:
{%- for name in params.keys()|list %}
  {{ name }}:
    type: range
    bounds: [{{ params[name].lo }}, {{ params[name]['hi'] }}]
    value_type: float
{%- endfor %}
parameter_constraints:
  - esco.hru <= cn2.hru
n_trials: {{ 2 * params|length }}
)");
  EXPECT_THAT(parameter_names(config), ElementsAre("cn2.hru", "esco.hru"));
  EXPECT_EQ(config.scheduler.n_trials, 4);
  EXPECT_EQ(config.search_space.constraints().size(), 1U);
}

TEST(RealTemplates, ExpressionsStandInNames) {
  const BoaConfig config = config_of(R"({% set n = 3 %}{% set half = n // 2 %}
objective:
  metrics:
    - name: y
parameters:
  {%- for i in range(n) %}
  x{{ i + n }}: {type: range, bounds: [0, {{ half + loop.index0 }}.5], value_type: float}
  {%- endfor %}
  date: '2013-01-01'
  depth: 12
n_trials: 20
script_options:
  exp_name: {{ config_dir_name }}_{{ n }}
  run_model: sbatch --time=24:00:00 --output={{ trial_dir }}/%j.log script.sh {config_path}
)",
                                     "/data/my_project/c.yaml.j2");
  EXPECT_THAT(parameter_names(config), ElementsAre("x3", "x4", "x5", "date", "depth"));
  EXPECT_EQ(config.script.exp_name, "my_project_3");
  EXPECT_EQ(config.script.run_model, "sbatch --time=24:00:00 --output={{ trial_dir }}/%j.log script.sh {config_path}");
}

TEST(RealTemplates, FiltersBindTighterThanProducts) {
  const BoaConfig config =
      config_of(R"({% set t = 10 %}{% set l = [] %}{% do l.append(t * 1.5|int) %}{% do l.append((t * 1.5)|int) %}
objective: {metrics: [{name: y}]}
parameters: {x: {type: range, bounds: {{ l }}}}
n_trials: 1
)");
  const auto& range = std::get<core::RangeParameter>(config.search_space.parameters().front());
  EXPECT_EQ(range.lower, 10);
  EXPECT_EQ(range.upper, 15);
}

TEST(RealTemplates, WordsAreUnpacked) {
  const BoaConfig config = config_of(R"(objective: {metrics: [{name: y}]}
parameters:
{%- for line in "a 0 1.5\nb -1 1.0".splitlines() -%}
{%- set name, low, high = line.split() %}
  {{ name }}: {type: range, bounds: [{{ low }}, {{ high }}], value_type: float}
{%- endfor %}
n_trials: 1
)");
  EXPECT_THAT(parameter_names(config), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace boa::app
