#include "boa/generation/sampling_options.hpp"

namespace boa::generation {

namespace {

struct SamplingFields {
  gp::NutsOptions nuts;
  bool disable_progbar = true;  // there is none

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    using util::Field;
    constexpr double kMost = 100'000;
    field(Field{.name = "num_samples", .doc = "samples drawn", .at_least = 1, .at_most = kMost}, self.nuts.num_samples);
    field(Field{.name = "warmup_steps",
                .doc = "steps before them, that adapt the sampler",
                .at_least = 1,
                .at_most = kMost},
          self.nuts.warmup_steps);
    field(Field{.name = "thinning", .doc = "of so many samples one becomes a model", .at_least = 1, .at_most = kMost},
          self.nuts.thinning);
    field(Field{.name = "max_tree_depth", .doc = "at most 2^this likelihoods a step", .at_least = 1, .at_most = 12},
          self.nuts.max_tree_depth);
    field(Field{.name = "disable_progbar", .doc = "accepted, without effect"}, self.disable_progbar);
  }
};

}  // namespace

bool is_fully_bayesian(std::string_view model_value) {
  return model_value == "SAASBO" || model_value == "SAAS_MTGP" || model_value.starts_with("FullyBayesian");
}

gp::NutsOptions read_sampling_options(const util::Node& kwargs, const std::string& path, util::Problems& problems) {
  SamplingFields fields;
  if (!kwargs.is_null() && !util::read_fields(kwargs, fields, path, problems)) return {};
  return fields.nuts;
}

}  // namespace boa::generation
