#include "boa/generation/factorial_generator.hpp"

#include <fmt/core.h>

#include <unordered_set>
#include <utility>

#include "boa/util/error.hpp"

namespace boa::generation {

namespace {

constexpr std::uint64_t kMostCombinations = 200000;

class FactorialGenerator final : public Generator {
 public:
  explicit FactorialGenerator(const GeneratorSpec& spec) : Generator(spec.model_key), space_(spec.space) {
    const std::string why_not = why_not_factorial(spec.space->space());
    if (!why_not.empty()) throw UserInputError(why_not);
  }

 private:
  GeneratedPoints do_generate(const GenerationRequest& request) override {
    std::unordered_set<std::string> pending;
    for (const Suggestion& point : request.also_pending) pending.insert(signature_of(point.parameters));
    GeneratedPoints generated;
    for (core::Parameterization& point : space_->enumerate()) {
      if (static_cast<int>(generated.points.size()) == request.n) return generated;
      const std::string signature = signature_of(point);
      if (pending.contains(signature) || request.history.was_tried(signature)) continue;
      generated.points.emplace_back().parameters = std::move(point);
    }
    generated.exhausted = static_cast<int>(generated.points.size()) < request.n;
    return generated;
  }

  std::shared_ptr<const UnitSpace> space_;
};

}  // namespace

std::unique_ptr<Generator> make_factorial_generator(const GeneratorSpec& spec) {
  return std::make_unique<FactorialGenerator>(spec);
}

std::string why_not_factorial(const core::SearchSpace& space) {
  for (const core::Parameter& parameter : space.parameters()) {
    if (const auto* range = std::get_if<core::RangeParameter>(&parameter)) {
      return fmt::format("a factorial design takes choices and fixed parameters, and '{}' is a range", range->name);
    }
  }
  const std::uint64_t count = UnitSpace(space).num_points();
  if (count <= kMostCombinations) return {};
  return fmt::format("a factorial design of more than {} combinations is not built", kMostCombinations);
}

}  // namespace boa::generation
