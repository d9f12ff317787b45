#include "boa/storage/scheduler_json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "boa/core/ax_json.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::storage {

namespace {

using util::Node;

/// Documents that have a key of their own, with the `__type` that is added there; the wrapper brings its own.
constexpr std::array<std::pair<const char*, const char*>, 3> kOwnKeys = {
    {{"generation_strategy", "GenerationStrategy"}, {"options", "SchedulerOptions"}, {"wrapper", nullptr}}};

Node path_to_ax(const std::filesystem::path& path) {
  return Node::object({{"__type", "PosixPath"}, {"pathsegments", Node::array({path.string()})}});
}

/// The document with `__type` first; as it is where none is to be added, or it is no mapping.
Node typed(const Node& document, const char* type) {
  if (type == nullptr || !document.is_object() || document.contains("__type")) return document;
  Node node = Node::object({{"__type", type}});
  for (const auto& [key, value] : document.as_object()) node.as_object().emplace_back(key, value);
  return node;
}

Node own_document(const Documents& documents, std::string_view name) {
  const auto it = documents.find(std::string(name));
  if (it == documents.end()) return {};
  const auto key = std::find_if(kOwnKeys.begin(), kOwnKeys.end(), [&](const auto& own) { return own.first == name; });
  return typed(it->second, key->second);
}

bool has_own_key(const std::string& name) {
  for (const auto& [key, type] : kOwnKeys) {
    if (name == key) return true;
  }
  return false;
}

}  // namespace

Node to_scheduler_json(const core::Experiment& experiment, const Documents& documents,
                       const std::filesystem::path& folder, const std::string& version) {
  Node others = Node::object();
  for (const auto& [name, document] : documents) {
    if (!has_own_key(name)) others.set(name, document);
  }
  return Node::object({{"_type", "Scheduler"},
                       {"experiment", core::experiment_to_ax(experiment)},
                       {"generation_strategy", own_document(documents, "generation_strategy")},
                       {"options", own_document(documents, "options")},
                       {"scheduler_filepath", path_to_ax(folder / kSchedulerJsonName)},
                       {"opt_csv", path_to_ax(folder / "optimization.csv")},
                       {"boa_version", version},
                       {"wrapper", own_document(documents, "wrapper")},
                       {"documents", std::move(others)}});
}

bool is_async(const Documents& documents) {
  const auto wrapper = documents.find("wrapper");
  const Node* type = wrapper == documents.end() ? nullptr : wrapper->second.find("__type");
  return type != nullptr && *type == Node(kAsyncWrapper);
}

bool is_own_scheduler_json(const Node& node) { return node.contains("documents"); }

Snapshot from_scheduler_json(const Node& node) {
  const Node* experiment = node.find("experiment");
  if (experiment == nullptr || !experiment->is_object()) throw StorageError("'experiment' is missing");
  Snapshot snapshot;
  snapshot.experiment = core::experiment_from_ax(*experiment);
  for (const auto& [key, type] : kOwnKeys) {
    const Node* document = node.find(key);
    if (document == nullptr || document->is_null()) continue;
    Node copy = *document;
    if (type != nullptr && copy.is_object() && is_own_scheduler_json(node)) copy.erase("__type");  // added on writing
    snapshot.documents[key] = std::move(copy);
  }
  if (const Node* others = node.find("documents"); others != nullptr && others->is_object()) {
    for (const auto& [name, document] : others->as_object()) snapshot.documents[name] = document;
  } else if (const Node* wrapper = node.find("wrapper"); wrapper != nullptr && wrapper->contains("config")) {
    snapshot.documents["config"] = wrapper->at("config");
  }
  return snapshot;
}

Snapshot read_scheduler_json(const std::filesystem::path& folder,
                             const std::function<Snapshot(const Node& scheduler_json)>& read) {
  const std::filesystem::path path = folder / kSchedulerJsonName;
  const auto damaged = [&](const Error& error) {
    return StorageError(fmt::format("{} is damaged: {}", path.string(), error.what()));
  };
  Node node;
  try {
    node = util::parse_json(util::read_file(path), path.string());
  } catch (const ConfigError& error) {
    throw damaged(error);
  }
  try {
    return read(node);
  } catch (const StorageError& error) {
    throw damaged(error);
  }
}

Snapshot load_scheduler_json(const std::filesystem::path& folder) {
  return read_scheduler_json(folder, from_scheduler_json);
}

}  // namespace boa::storage
