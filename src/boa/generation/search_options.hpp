#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "boa/util/fields.hpp"
#include "boa/util/node.hpp"

namespace boa::generation {

/// How the acquisition function is maximized: `optimizer_kwargs` of Ax's `model_gen_options`. Absent: what fits the
/// problem.
struct SearchOptions {
  std::optional<int> num_restarts;  ///< local ascents
  std::optional<int> raw_samples;   ///< candidates that they are chosen from

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(util::Field{.name = "num_restarts",
                      .doc = "local searches of the acquisition function",
                      .at_least = 1,
                      .at_most = 10'000},
          self.num_restarts);
    field(util::Field{.name = "raw_samples",
                      .doc = "candidates that their starts are chosen from",
                      .at_least = 1,
                      .at_most = 1'000'000},
          self.raw_samples);
  }
};

/// Does the model search for the optimum of an acquisition function? Sequences, factorial designs and samples do not.
bool takes_search_options(std::string_view model_value);

/// Reads a step's `model_gen_kwargs`: `{model_gen_options: {optimizer_kwargs: {num_restarts, raw_samples}}}`, or null.
/// What is wrong, or not served, goes to `problems` under `path`.
SearchOptions read_search_options(const util::Node& model_gen_kwargs, const std::string& path,
                                  util::Problems& problems);
/// The same; ConfigError if anything is wrong.
SearchOptions read_search_options(const util::Node& model_gen_kwargs);

}  // namespace boa::generation
