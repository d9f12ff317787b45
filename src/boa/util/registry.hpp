#pragma once

#include <fmt/core.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "boa/util/error.hpp"
#include "boa/util/text.hpp"

namespace boa::util {

/// An open set of implementations chosen by name at run time. Filled by one explicit sorted list in a `builtin.cpp`.
///
/// `Factory` is what makes one, e.g. `std::function<std::unique_ptr<Kernel>(const Node&)>`.
template <typename Factory>
class Registry {
 public:
  /// `kind` names the set in messages: "kernel", "acquisition function".
  explicit Registry(std::string kind) : kind_(std::move(kind)) {}

  /// Adds a name; adding one twice is a bug.
  void add(std::string name, Factory factory) {
    BOA_CHECK(find(name) == nullptr, name);
    entries_.emplace_back(std::move(name), std::move(factory));
  }

  const Factory* find(std::string_view name) const {
    for (const auto& [known, factory] : entries_) {
      if (known == name) return &factory;
    }
    return nullptr;
  }

  /// UnsupportedError lists the names that can be served and the nearest one.
  const Factory& get(std::string_view name) const {
    if (const Factory* factory = find(name)) return *factory;
    const std::vector<std::string> known = names();
    const std::string nearest = nearest_name(name, known);
    throw UnsupportedError(
        fmt::format("no {} is called '{}'{}", kind_, name, nearest.empty() ? "" : "; did you mean '" + nearest + "'?"),
        fmt::format("Known: {}", join(known, ", ")));
  }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& [name, factory] : entries_) result.push_back(name);
    return result;
  }

 private:
  std::string kind_;
  std::vector<std::pair<std::string, Factory>> entries_;
};

}  // namespace boa::util
