#include "boa/template/filters.hpp"

#include <array>

namespace boa::templates {

namespace {

// What is random, made for web pages, or for looking at.
constexpr std::array<std::string_view, 4> kUnbuilt = {"pprint", "random", "striptags", "urlize"};

const std::array<const FilterTable*, 5>& tables() {
  static const std::array<const FilterTable*, 5> all = {&text_filters(), &number_filters(), &sequence_filters(),
                                                        &selection_filters(), &web_filters()};
  return all;
}

}  // namespace

Filter find_filter(std::string_view name) {
  for (const FilterTable* table : tables()) {
    const auto it = table->find(name);
    if (it != table->end()) return it->second;
  }
  return nullptr;
}

bool is_unbuilt_filter(std::string_view name) {
  for (const std::string_view unbuilt : kUnbuilt) {
    if (name == unbuilt) return true;
  }
  return false;
}

std::vector<std::string> filter_names() {
  std::vector<std::string> names;
  for (const FilterTable* table : tables()) {
    for (const auto& entry : *table) names.emplace_back(entry.first);
  }
  return names;
}

}  // namespace boa::templates
