#include "boa/app/ask_tell.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "boa/app/summaries.hpp"
#include "boa/util/error.hpp"
#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

namespace boa::app {

namespace {

using scheduler::Attachment;
using scheduler::Refusal;
using scheduler::ToldValue;
using util::Node;

const std::vector<std::string> kCommands = {"ask", "tell", "fail", "abandon", "attach", "best", "predict", "status"};

/// Carries a refusal out of the reading of a request.
struct BadRequest {
  std::string message;
};

Node error_node(const Refusal& refusal) {
  return Node::object({{"error", Node::object({{"code", refusal.code}, {"message", refusal.message}})}});
}

Node ok_node() { return Node::object({{"ok", true}}); }

template <typename T, typename Success>
Node reply_node(const scheduler::Reply<T>& reply, Success&& success) {
  return reply ? success() : error_node(reply.error());
}

void require_keys(const Node& body, const std::string& command, std::initializer_list<const char*> allowed) {
  if (!body.is_object()) throw BadRequest{fmt::format("'{}' takes a mapping, not {}", command, body.describe())};
  const std::vector<std::string> known(allowed.begin(), allowed.end());
  for (const auto& [key, value] : body.as_object()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string nearest = util::nearest_name(key, known);
    throw BadRequest{fmt::format("'{}' has no key '{}'{}", command, key,
                                 nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest))};
  }
}

std::int64_t index_of(const Node& body, const std::string& command) {
  const Node* index = body.find("index");
  if (index == nullptr) throw BadRequest{fmt::format("'{}' needs the trial's \"index\"", command)};
  if (!index->is_int()) throw BadRequest{fmt::format("\"index\" must be a whole number, not {}", index->describe())};
  return index->as_int();
}

std::string reason_of(const Node& body) {
  const Node* reason = body.find("reason");
  if (reason == nullptr || reason->is_null()) return {};
  if (!reason->is_string()) throw BadRequest{fmt::format("\"reason\" must be text, not {}", reason->describe())};
  return reason->as_string();
}

double number_of(const Node& node, const std::string& what) {
  if (!node.is_number()) throw BadRequest{fmt::format("{} must be a number, not {}", what, node.describe())};
  return node.as_double();
}

ToldValue told_value(const std::string& metric, const Node& node) {
  if (!node.is_object()) return {metric, number_of(node, fmt::format("the value of '{}'", metric)), std::nullopt};
  require_keys(node, metric, {"mean", "sem"});
  const Node* mean = node.find("mean");
  if (mean == nullptr) throw BadRequest{fmt::format("the value of '{}' has no \"mean\"", metric)};
  ToldValue value{metric, number_of(*mean, fmt::format("the mean of '{}'", metric)), std::nullopt};
  const Node* sem = node.find("sem");
  if (sem != nullptr && !sem->is_null()) value.sem = number_of(*sem, fmt::format("the sem of '{}'", metric));
  return value;
}

std::vector<ToldValue> told_values(const Node& metrics) {
  if (!metrics.is_object()) {
    throw BadRequest{fmt::format("\"metrics\" must be a mapping from name to value, not {}", metrics.describe())};
  }
  std::vector<ToldValue> values;
  for (const auto& [name, value] : metrics.as_object()) values.push_back(told_value(name, value));
  return values;
}

Attachment attachment_of(const Node& body, bool outside) {
  const Node* parameters = body.find("parameters");
  if (parameters == nullptr) throw BadRequest{"'attach' needs \"parameters\""};
  Attachment attachment;
  attachment.parameters = core::parameterization_from_node(*parameters);
  const Node* metrics = body.find("metrics");
  if (metrics != nullptr && !metrics->is_null()) attachment.metrics = told_values(*metrics);
  attachment.outside = outside;
  return attachment;
}

/// `"outside": true`, beside the request or in it.
bool outside_flag(const Node& node) {
  const Node* outside = node.find("outside");
  if (outside == nullptr) return false;
  if (!outside->is_bool())
    throw BadRequest{fmt::format("\"outside\" must be true or false, not {}", outside->describe())};
  return outside->as_bool();
}

}  // namespace

AskTellProtocol::AskTellProtocol(scheduler::AskTellSession& session, const generation::GenerationStrategy& strategy,
                                 std::filesystem::path experiment_dir)
    : session_(session), strategy_(strategy), experiment_dir_(std::move(experiment_dir)) {}

std::string AskTellProtocol::answer(std::string_view line) {
  Node request;
  try {
    request = util::parse_json(line, "request");
  } catch (const Error& e) {
    return util::write_json(error_node({"bad_request", fmt::format("not a JSON object: {}", e.what())}));
  }
  Node reply = reply_to(request);
  if (const Node* id = request.find("id")) {
    Node with_id = Node::object({{"id", *id}});
    for (auto& [key, value] : reply.as_object()) with_id.set(key, std::move(value));
    reply = std::move(with_id);
  }
  return util::write_json(reply);
}

Node AskTellProtocol::reply_to(const Node& request) {
  try {
    if (!request.is_object()) throw BadRequest{fmt::format("a request is a JSON object, not {}", request.describe())};
    std::string command;
    bool outside = false;
    for (const auto& [key, value] : request.as_object()) {
      if (key == "id") continue;
      if (key == "outside") {
        outside = outside_flag(request);
        continue;
      }
      if (!command.empty()) throw BadRequest{fmt::format("one request at a time, not '{}' and '{}'", command, key)};
      command = key;
    }
    if (command.empty()) throw BadRequest{fmt::format("a request is one of: {}", util::join(kCommands, ", "))};
    if (command == "attach") return attach(request.at(command), outside);
    if (outside) throw BadRequest{"\"outside\" goes with 'attach' only"};
    return dispatch(command, request.at(command));
  } catch (const BadRequest& bad) {
    return error_node({"bad_request", bad.message});
  } catch (const StorageError& e) {
    return error_node({"storage", e.describe()});
  } catch (const InternalError&) {
    throw;
  } catch (const Error& e) {
    return error_node({"bad_request", e.describe()});
  }
}

Node AskTellProtocol::dispatch(const std::string& command, const Node& body) {
  if (command == "ask") return ask(body);
  if (command == "tell") return tell(body);
  if (command == "fail") return fail(body);
  if (command == "abandon") return abandon(body);
  if (command == "best") {
    require_keys(body, command, {});
    return Node::object({{"best", best_node(session_.experiment())}});
  }
  if (command == "status") {
    require_keys(body, command, {});
    return status();
  }
  if (command == "predict") return predict(body);
  const std::string nearest = util::nearest_name(command, kCommands);
  throw BadRequest{fmt::format("there is no request '{}'{}; requests are: {}", command,
                               nearest.empty() ? "" : fmt::format(" (did you mean '{}'?)", nearest),
                               util::join(kCommands, ", "))};
}

Node AskTellProtocol::ask(const Node& body) {
  require_keys(body, "ask", {"n"});
  const Node* n = body.find("n");
  if (n != nullptr && !n->is_int())
    throw BadRequest{fmt::format("\"n\" must be a whole number, not {}", n->describe())};
  const auto reply = session_.ask(n == nullptr ? 1 : n->as_int());
  return reply_node(reply, [&] {
    Node trials = Node::array();
    for (const std::int64_t index : reply->trials) {
      const core::Arm& arm = session_.experiment().trial(index).arms.front();
      trials.push_back(Node::object({{"index", index}, {"parameters", core::to_node(arm.parameters)}}));
    }
    Node node = Node::object({{"trials", trials}});
    if (!reply->reason.empty()) node.set("reason", reply->reason);
    return node;
  });
}

Node AskTellProtocol::tell(const Node& body) {
  require_keys(body, "tell", {"index", "metrics"});
  const std::int64_t index = index_of(body, "tell");
  const Node* metrics = body.find("metrics");
  if (metrics == nullptr) throw BadRequest{"'tell' needs \"metrics\""};
  return reply_node(session_.tell(index, told_values(*metrics)), ok_node);
}

Node AskTellProtocol::fail(const Node& body) {
  require_keys(body, "fail", {"index", "reason"});
  const std::int64_t index = index_of(body, "fail");
  return reply_node(session_.fail(index, reason_of(body)), ok_node);
}

Node AskTellProtocol::abandon(const Node& body) {
  require_keys(body, "abandon", {"index", "reason"});
  const std::int64_t index = index_of(body, "abandon");
  return reply_node(session_.abandon(index, reason_of(body)), ok_node);
}

Node AskTellProtocol::attach(const Node& body, bool outside) {
  require_keys(body, "attach", {"parameters", "metrics", "trials", "outside"});
  outside = outside || outside_flag(body);
  bool any_outside = outside;
  std::vector<Attachment> attachments;
  const Node* trials = body.find("trials");
  if (trials != nullptr) {
    if (body.contains("parameters") || body.contains("metrics")) {
      throw BadRequest{"'attach' takes either \"trials\" or one trial's \"parameters\" and \"metrics\""};
    }
    if (!trials->is_array()) throw BadRequest{fmt::format("\"trials\" must be a list, not {}", trials->describe())};
    for (const Node& trial : trials->as_array()) {
      require_keys(trial, "trials", {"parameters", "metrics", "outside"});
      attachments.push_back(attachment_of(trial, outside || outside_flag(trial)));
      any_outside = any_outside || attachments.back().outside;
    }
  } else {
    attachments.push_back(attachment_of(body, outside));
  }
  const auto reply = session_.attach(attachments);
  return reply_node(reply, [&] {
    Node node = Node::object();
    if (trials == nullptr) {
      node.set("index", reply->front());
    } else {
      Node indices = Node::array();
      for (const std::int64_t index : *reply) indices.push_back(index);
      node.set("indices", indices);
    }
    if (any_outside) node.set("outside", true);
    return node;
  });
}

Node AskTellProtocol::predict(const Node& body) const {
  require_keys(body, "predict", {"parameters"});
  const Node* parameters = body.find("parameters");
  if (parameters == nullptr) throw BadRequest{"'predict' needs \"parameters\", a list of points"};
  if (!parameters->is_array()) {
    throw BadRequest{fmt::format("\"parameters\" must be a list of points, not {}", parameters->describe())};
  }
  std::vector<core::Parameterization> points;
  for (const Node& point : parameters->as_array()) points.push_back(core::parameterization_from_node(point));
  return predictions_node(session_.experiment(), points);
}

Node AskTellProtocol::status() const {
  const core::Experiment& experiment = session_.experiment();
  return status_node(experiment,
                     {experiment_dir_, session_.budget(), strategy_.current_step_name(experiment), session_.next()});
}

}  // namespace boa::app
