#include "boa/storage/scheduler_json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "boa/core/ax_json.hpp"
#include "boa/util/files.hpp"
#include "boa/util/json.hpp"

namespace boa::storage {

namespace {

using util::Node;

constexpr const char* kOptions = "options";

/// Documents that have a key of their own, with the `__type` that is added there; the wrapper brings its own.
constexpr std::array<std::pair<const char*, const char*>, 3> kOwnKeys = {
    {{"generation_strategy", "GenerationStrategy"}, {kOptions, "SchedulerOptions"}, {"wrapper", nullptr}}};

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

/// Options in Ax's spelling: the type of trials is an enum, the level of the log a number.
Node options_to_ax(Node options) {
  if (Node* type = options.find("trial_type"); type != nullptr && type->is_string()) {
    *type = Node::object({{"__type", "TrialType"}, {"name", *type}});
  }
  if (Node* level = options.find("logging_level"); level != nullptr && level->is_string()) {
    const std::string& text = level->as_string();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) *level = Node(number);
  }
  return options;
}

Node options_from_ax(Node options) {
  if (Node* type = options.find("trial_type"); type != nullptr && type->contains("name")) {
    *type = Node(type->at("name"));
  }
  if (Node* level = options.find("logging_level"); level != nullptr && level->is_int()) {
    *level = Node(std::to_string(level->as_int()));
  }
  return options;
}

Node own_document(const Documents& documents, std::string_view name) {
  const auto it = documents.find(std::string(name));
  if (it == documents.end()) return {};
  if (name == kOptions && it->second.is_object()) return typed(options_to_ax(it->second), "SchedulerOptions");
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
                       {kOptions, own_document(documents, kOptions)},
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
    if (key == std::string_view(kOptions) && is_own_scheduler_json(node)) copy = options_from_ax(std::move(copy));
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
