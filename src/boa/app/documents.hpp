#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "boa/generation/generation_strategy.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// What the store keeps of a generation strategy, in the document "generation_strategy". Its state is not among it:
/// suggestions follow from these and the trials.
struct StrategyDocument {
  std::string name;
  std::vector<generation::GenerationStep> steps;
  std::uint64_t seed = 0;  ///< below 2^63, so that it is an integer in JSON too

  util::Node to_node() const;
  /// StorageError if the document is none.
  static StrategyDocument from_node(const util::Node& node);
  generation::GenerationStrategy make() const;
};

}  // namespace boa::app
