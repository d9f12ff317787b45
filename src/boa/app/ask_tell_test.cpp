#include "boa/app/ask_tell.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boa/util/error.hpp"
#include "boa/util/json.hpp"

namespace boa::app {
namespace {

using ::testing::HasSubstr;

class ProtocolTestStorage final : public storage::Storage {
 public:
  void commit(const storage::Changes&) override {
    if (broken) throw StorageError("disk full");
  }
  storage::Snapshot load() override { return {copy, {}}; }
  bool broken = false;
  core::Experiment copy;
};

core::Experiment protocol_experiment() {
  core::OptimizationConfig config;
  config.objective.terms.push_back({"y", 1, true});
  core::Metric metric;
  metric.name = "y";
  metric.noise = core::NoiseKind::kKnown;
  metric.noise_sd = 0.25;
  config.metrics = {metric};
  core::SearchSpace space({core::ChoiceParameter{"m", core::ParameterType::kString, {"a", "b"}, false},
                           core::RangeParameter{"x", core::ParameterType::kFloat, 0, 10, false, {}}},
                          {});
  return core::Experiment("e", space, config, {});
}

class AskTellProtocolTest : public ::testing::Test {
 protected:
  std::string answer(const std::string& line) { return protocol_.answer(line); }
  std::string code(const std::string& line) {
    const util::Node reply = util::parse_json(answer(line));
    const util::Node* error = reply.find("error");
    return error == nullptr ? "accepted" : error->at("code").as_string();
  }
  std::string message(const std::string& line) {
    return util::parse_json(answer(line)).at("error").at("message").as_string();
  }

  core::Experiment experiment_ = protocol_experiment();
  ProtocolTestStorage storage_;
  util::SystemClock clock_;
  generation::GenerationStrategy strategy_{"Sobol", {generation::GenerationStep{}}, 1};
  scheduler::AskTellSession session_{{experiment_, strategy_, storage_, clock_, {}}, 5};
  AskTellProtocol protocol_{session_, strategy_, "/exp"};
};

TEST_F(AskTellProtocolTest, AskGivesParametersInTheConfigsOrder) {
  const util::Node reply = util::parse_json(answer(R"({"ask": {"n": 2}})"));
  ASSERT_EQ(reply.at("trials").size(), 2U);
  EXPECT_EQ(reply.at("trials").at(1).at("index").as_int(), 1);
  const auto& parameters = reply.at("trials").at(0).at("parameters").as_object();
  ASSERT_EQ(parameters.size(), 2U);
  EXPECT_EQ(parameters[0].first, "m");
  EXPECT_EQ(parameters[1].first, "x");
  EXPECT_FALSE(reply.contains("reason"));
}

TEST_F(AskTellProtocolTest, AskWithoutNumberAsksForOne) {
  EXPECT_EQ(util::parse_json(answer(R"({"ask": {}})")).at("trials").size(), 1U);
}

TEST_F(AskTellProtocolTest, FewerPointsComeWithAReason) {
  const util::Node reply = util::parse_json(answer(R"({"ask": {"n": 9}})"));
  EXPECT_EQ(reply.at("trials").size(), 5U);
  EXPECT_THAT(reply.at("reason").as_string(), HasSubstr("budget"));
}

TEST_F(AskTellProtocolTest, TheIdComesBack) {
  EXPECT_EQ(util::parse_json(answer(R"({"id": [1, "a"], "status": {}})")).at("id"), util::parse_json(R"([1, "a"])"));
  EXPECT_EQ(util::parse_json(answer(R"({"nonsense": {}, "id": 7})")).at("id").as_int(), 7);
}

TEST_F(AskTellProtocolTest, TellTakesNumbersAndMeansWithErrors) {
  answer(R"({"ask": {"n": 2}})");
  EXPECT_EQ(answer(R"({"tell": {"index": 0, "metrics": {"y": 1}}})"), R"({"ok": true})");
  EXPECT_EQ(answer(R"({"tell": {"index": 1, "metrics": {"y": {"mean": 2.0, "sem": 0.5}}}})"), R"({"ok": true})");
  const util::Node best = util::parse_json(answer(R"({"best": {}})")).at("best");
  ASSERT_EQ(best.size(), 1U);
  EXPECT_EQ(best.at(0).at("index").as_int(), 0);
  EXPECT_TRUE(best.at(0).at("feasible").as_bool());
}

TEST_F(AskTellProtocolTest, ABareNumberHasTheMetricsNoiseAsItsError) {
  answer(R"({"attach": {"parameters": {"m": "a", "x": 1.0}, "metrics": {"y": 1.5}}})");
  EXPECT_EQ(util::write_json(util::parse_json(answer(R"({"best": {}})")).at("best").at(0).at("metrics")),
            R"({"y": {"mean": 1.5, "sem": 0.25}})");
}

TEST_F(AskTellProtocolTest, NonFiniteNumbersAreReadAndRefused) {
  answer(R"({"ask": {}})");
  EXPECT_EQ(code(R"({"tell": {"index": 0, "metrics": {"y": NaN}}})"), "non_finite");
  EXPECT_EQ(code(R"({"tell": {"index": 0, "metrics": {"y": {"mean": -Infinity}}}})"), "non_finite");
  EXPECT_EQ(code(R"({"fail": {"index": 0, "reason": "nan"}})"), "accepted");
}

TEST_F(AskTellProtocolTest, AttachAnswersOneIndexOrAList) {
  EXPECT_EQ(answer(R"({"attach": {"parameters": {"m": "a", "x": 1}}})"), R"({"index": 0})");
  EXPECT_EQ(answer(R"({"attach": {"trials": [{"parameters": {"m": "a", "x": 2}},)"
                   R"( {"parameters": {"m": "b", "x": 3}, "metrics": {"y": 1}}]}})"),
            R"({"indices": [1, 2]})");
  EXPECT_EQ(code(R"({"attach": {"trials": [{"parameters": {"m": "a", "x": 2}}], "metrics": {}}})"), "bad_request");
}

TEST_F(AskTellProtocolTest, OutsideIsRepeatedInTheReply) {
  EXPECT_EQ(code(R"({"attach": {"parameters": {"m": "a", "x": 99}}})"), "outside");
  EXPECT_EQ(answer(R"({"attach": {"parameters": {"m": "a", "x": 99}}, "outside": true})"),
            R"({"index": 0, "outside": true})");
  EXPECT_EQ(answer(R"({"attach": {"parameters": {"m": "a", "x": 98}, "outside": true}})"),
            R"({"index": 1, "outside": true})");
}

TEST_F(AskTellProtocolTest, StatusHasTheShapeOfTheManual) {
  answer(R"({"ask": {}})");
  const util::Node status = util::parse_json(answer(R"({"status": {}})"));
  EXPECT_EQ(status.at("experiment_dir").as_string(), "/exp");
  EXPECT_EQ(util::write_json(status.at("trials")), R"({"RUNNING": 1})");
  EXPECT_EQ(status.at("goal").as_int(), 5);
  EXPECT_TRUE(status.at("generation_step").is_string());
  EXPECT_TRUE(status.at("next").is_string());
}

TEST_F(AskTellProtocolTest, BestBeforeAnyDataIsEmpty) { EXPECT_EQ(answer(R"({"best": {}})"), R"({"best": []})"); }

TEST_F(AskTellProtocolTest, WhateverALineHoldsItIsAnswered) {
  for (const char* line : {"",
                           "{",
                           "[]",
                           "3",
                           "null",
                           "{}",
                           R"({"ask": {}, "best": {}})",
                           R"({"ask": 3})",
                           "\xff",
                           R"({"ask": {"n": 1.5}})",
                           R"({"ask": {"m": 1}})",
                           R"({"tell": {}})",
                           R"({"tell": {"index": "0"}})",
                           R"({"tell": {"index": 0, "metrics": [1]}})",
                           R"({"tell": {"index": 0, "metrics": {"y": "1"}}})",
                           R"({"attach": {}})",
                           R"({"attach": {"parameters": [1]}})",
                           R"({"attach": {"trials": {}}})",
                           R"({"fail": {"index": 0, "reason": 3}})",
                           R"({"ask": {}, "outside": true})",
                           R"({"id": 1})",
                           R"({"attach": {"parameters": {"m": "a", "x": null}}})",
                           R"({"ask": {}, "ask": {}})"}) {
    EXPECT_EQ(code(line), "bad_request") << line;
  }
  EXPECT_EQ(experiment_.num_trials(), 0U);
}

TEST_F(AskTellProtocolTest, MessagesNameTheNearestWord) {
  EXPECT_THAT(message(R"({"asks": {}})"), HasSubstr("did you mean 'ask'?"));
  EXPECT_THAT(message(R"({"attach": {"parmeters": {}}})"), HasSubstr("did you mean 'parameters'?"));
}

TEST_F(AskTellProtocolTest, MessagesSayWhatAValueIsAndWhatAPointIs) {
  EXPECT_THAT(message(R"({"attach": {"parameters": {"m": "a", "x": "2"}}})"),
              HasSubstr("parameter 'x': expected float, found the text '2'"));
  EXPECT_THAT(message(R"({"predict": {"parameters": [1]}})"),
              HasSubstr(R"(a point is a mapping from name to value, such as {"x1": 0.5}, not the integer 1)"));
}

TEST_F(AskTellProtocolTest, PredictAnswersEachPointInTheMetricsUnits) {
  EXPECT_THAT(message(R"({"predict": {"parameters": [{"m": "a", "x": 1}]}})"), HasSubstr("too little data"));
  for (int i = 0; i < 5; ++i) {
    answer(fmt::format(R"({{"attach": {{"parameters": {{"m": "a", "x": {}}}, "metrics": {{"y": {}}}}}}})", 2 * i,
                       500 + 10 * i));
  }
  const util::Node reply =
      util::parse_json(answer(R"({"id": 2, "predict": {"parameters": [{"m": "a", "x": 4}, {"m": "a", "x": 11}]}})"));
  EXPECT_EQ(reply.at("id").as_int(), 2);
  ASSERT_EQ(reply.at("predictions").size(), 2U);
  const util::Node& y = reply.at("predictions").at(0).at("y");
  EXPECT_NEAR(y.at("mean").as_double(), 520, 2);
  EXPECT_GT(y.at("sem").as_double(), 0);
  EXPECT_LT(y.at("sem").as_double(), 2);
  ASSERT_EQ(reply.at("notes").size(), 1U);
  EXPECT_THAT(reply.at("notes").at(0).as_string(), HasSubstr("point 1: outside"));
  EXPECT_EQ(answer(R"({"predict": {"parameters": []}})"), R"({"predictions": []})");
}

TEST_F(AskTellProtocolTest, PredictRefusesWhatIsNoListOfPoints) {
  EXPECT_THAT(message(R"({"predict": {}})"), HasSubstr("needs \"parameters\""));
  EXPECT_THAT(message(R"({"predict": {"parameters": {"x": 1}}})"), HasSubstr("a list of points"));
  EXPECT_THAT(message(R"({"predict": {"parameters": [{"xx": 1}]}})"), HasSubstr("did you mean 'x'?"));
  EXPECT_THAT(message(R"({"predict": {"points": []}})"), HasSubstr("no key 'points'"));
}

TEST_F(AskTellProtocolTest, AStoreThatCannotBeWrittenHasItsCode) {
  storage_.copy = experiment_;
  storage_.broken = true;
  EXPECT_EQ(code(R"({"ask": {}})"), "storage");
}

}  // namespace
}  // namespace boa::app
