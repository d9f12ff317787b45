#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "boa/template/runtime.hpp"

/// The filters (`x|name`) and tests (`x is name`) of Jinja2.
namespace boa::templates {

using Filter = Value (*)(Runtime& runtime, const Value& input, const CallArguments& arguments);
using Test = bool (*)(Runtime& runtime, const Value& input, const CallArguments& arguments);
using FilterTable = std::map<std::string_view, Filter>;
using TestTable = std::map<std::string_view, Test>;

/// Null for an unknown name.
Filter find_filter(std::string_view name);
Test find_test(std::string_view name);
/// Whether Jinja2 has a filter of this name that is not built here.
bool is_unbuilt_filter(std::string_view name);
std::vector<std::string> filter_names();
std::vector<std::string> test_names();

/// The tables that find_filter looks through.
const FilterTable& text_filters();
const FilterTable& number_filters();
const FilterTable& sequence_filters();
const FilterTable& selection_filters();
const FilterTable& web_filters();

/// `& < > ' "` as references of HTML and XML.
std::string escaped_text(std::string_view text);

/// Sorts as Python does: stable, OperationError for values without an order. Texts without regard to case unless
/// `case_sensitive`. `key` gives what an item is sorted by; empty: itself.
void sort_values(Runtime& runtime, std::vector<Value>& values, const std::function<Value(const Value&)>& key,
                 bool reverse, bool case_sensitive);
/// dict.update: entries of another dict, or pairs.
void fill_dict(Runtime& runtime, Dict& dict, const Value& source);
/// An attribute as filters name it: `a.b.0`, or an integer.
Value attribute_by_path(Runtime& runtime, const Value& item, const Value& path);

}  // namespace boa::templates
