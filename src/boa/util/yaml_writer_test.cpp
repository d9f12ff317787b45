#include "boa/util/yaml_writer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "boa/util/json.hpp"
#include "boa/util/rng.hpp"
#include "boa/util/yaml.hpp"

namespace boa::util {
namespace {

TEST(YamlWriter, WritesMappingsInBlocksAndShortListsInLines) {
  const Node node = parse_yaml("{a: {b: [1, 2.0, x], c: [{d: 1, e: {}}, [[2], []]]}, f: ~}");
  EXPECT_EQ(write_yaml(node),
            "a:\n  b: [1, 2.0, x]\n  c:\n    - d: 1\n      e: {}\n    -\n      - [2]\n      - []\nf: null\n");
}

TEST(YamlWriter, QuotesWhatWouldReadAsSomethingElse) {
  for (const char* text : {"",
                           " a",
                           "a ",
                           "1",
                           "1e-3",
                           "true",
                           "null",
                           "~",
                           "2013-01-01",
                           "a: b",
                           "a #b",
                           "- a",
                           "[a",
                           "a, b",
                           "{{ x }}",
                           "'a'",
                           "a\nb",
                           "#a",
                           "!a",
                           "&a",
                           "*a",
                           "a:",
                           "?",
                           "\xc2\x85",
                           "%a",
                           "@",
                           "x\ty",
                           "|",
                           ">",
                           "0x1F",
                           ".5",
                           "1_000",
                           "=",
                           "<<",
                           "yes",
                           "Rscript run.R --x {{ x1 }}",
                           "\xe2\x80\xa8",
                           "---",
                           "..."}) {
    const Node node = Node::object({{"key", text}, {text, Node::array({text, "plain"})}});
    EXPECT_EQ(parse_yaml(write_yaml(node)), node) << write_yaml(node);
  }
}

TEST(YamlWriter, KeepsNumbersAsTheyAre) {
  const Node node = parse_yaml("[1, 1.0, 1e-05, 0.1, 1e300, -.inf, .inf, true, ~]");
  EXPECT_EQ(parse_yaml(write_yaml(node)), node);
  EXPECT_EQ(write_yaml(parse_yaml("[.nan]")), "[.nan]\n");
}

/// A random tree of the given depth.
Node random_node(Rng& rng, int depth) {
  static const std::vector<Node> kScalars = {1, -2.5, true, Node(), "text", "two words", "1", "a: b", "{{ x }}", "é"};
  if (depth == 0 || rng.below(3) == 0) return kScalars[rng.below(kScalars.size())];
  Node node = rng.below(2) == 0 ? Node::array() : Node::object();
  const std::uint64_t count = rng.below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    Node child = random_node(rng, depth - 1);
    if (node.is_array()) {
      node.push_back(std::move(child));
    } else {
      node.set(i == 0 ? "a key: with colon" : "k" + std::to_string(i), std::move(child));
    }
  }
  return node;
}

TEST(YamlWriter, IsReadBackAsTheSameValue) {
  Rng rng(5);
  for (int i = 0; i < 500; ++i) {
    const Node node = random_node(rng, 5);
    ASSERT_EQ(parse_yaml(write_yaml(node)), node) << write_yaml(node) << write_json(node);
  }
}

}  // namespace
}  // namespace boa::util
