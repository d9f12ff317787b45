#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "boa/app/boa_config.hpp"
#include "boa/generation/generation_strategy.hpp"
#include "boa/storage/storage.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// What the store keeps of a generation strategy, in the document "generation_strategy". Its state is not among it:
/// suggestions follow from these and the trials.
struct StrategyDocument {
  std::string name;
  std::vector<generation::GenerationStep> steps;
  std::uint64_t seed = 0;  ///< below 2^63, so that it is an integer in JSON too
  int threads = 1;         ///< of this process: not stored

  util::Node to_node() const;
  /// StorageError if the document is none.
  static StrategyDocument from_node(const util::Node& node);
  generation::GenerationStrategy make() const;
};

/// Everything that the store keeps beside the trials of an experiment in `folder`, but what its runs were asked for
/// ("run"). "wrapper" is in the spelling of Python BOA's file, so that scripts which read it go on working; an
/// asynchronous experiment has BOA's name for what fetches its data there.
storage::Documents experiment_documents(const BoaConfig& config, const StrategyDocument& strategy,
                                        const std::filesystem::path& working_dir, const std::filesystem::path& folder,
                                        bool is_async);

}  // namespace boa::app
