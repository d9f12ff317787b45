#include "boa/generation/search_options.hpp"

#include <algorithm>
#include <array>

namespace boa::generation {

namespace {

using util::Field;
using util::Node;

struct GenOptions {
  Node optimizer_kwargs;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "optimizer_kwargs", .doc = "how the acquisition function is maximized"}, self.optimizer_kwargs);
  }
};

struct GenKwargs {
  Node model_gen_options;

  template <typename Self, typename Visitor>
  static void visit(Self& self, Visitor&& field) {
    field(Field{.name = "model_gen_options", .doc = "options of the model for each point"}, self.model_gen_options);
  }
};

}  // namespace

bool takes_search_options(std::string_view model_value) {
  constexpr std::array<std::string_view, 6> kOthers = {"EB",    "Factorial", "LatinHypercube",
                                                       "Sobol", "Thompson",  "Uniform"};
  return std::find(kOthers.begin(), kOthers.end(), model_value) == kOthers.end();
}

SearchOptions read_search_options(const Node& model_gen_kwargs, const std::string& path, util::Problems& problems) {
  SearchOptions options;
  if (model_gen_kwargs.is_null()) return options;
  GenKwargs outer;
  GenOptions inner;
  if (!util::read_fields(model_gen_kwargs, outer, path, problems) || outer.model_gen_options.is_null()) return options;
  const std::string inner_path = util::join_key(path, "model_gen_options");
  if (!util::read_fields(outer.model_gen_options, inner, inner_path, problems)) return options;
  if (inner.optimizer_kwargs.is_null()) return options;
  util::read_fields(inner.optimizer_kwargs, options, util::join_key(inner_path, "optimizer_kwargs"), problems);
  return options;
}

SearchOptions read_search_options(const Node& model_gen_kwargs) {
  util::Problems problems("model_gen_kwargs");
  const SearchOptions options = read_search_options(model_gen_kwargs, "model_gen_kwargs", problems);
  problems.throw_if_any();
  return options;
}

}  // namespace boa::generation
