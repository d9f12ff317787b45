#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "boa/scheduler/ask_tell_session.hpp"
#include "boa/util/node.hpp"

namespace boa::app {

/// The JSON lines of `boa ask-tell`: one request in, one reply out. Knows no files and no streams.
class AskTellProtocol {
 public:
  /// `strategy` names the steps in the status.
  AskTellProtocol(scheduler::AskTellSession& session, const generation::GenerationStrategy& strategy,
                  std::filesystem::path experiment_dir);

  /// The reply to one line, without a line end. Whatever the line holds, it is answered: malformed ones by bad_request.
  std::string answer(std::string_view line);

 private:
  util::Node reply_to(const util::Node& request);
  util::Node dispatch(const std::string& command, const util::Node& body);
  util::Node ask(const util::Node& body);
  util::Node tell(const util::Node& body);
  util::Node fail(const util::Node& body);
  util::Node abandon(const util::Node& body);
  util::Node attach(const util::Node& body, bool outside);
  util::Node predict(const util::Node& body) const;
  util::Node status() const;

  scheduler::AskTellSession& session_;
  const generation::GenerationStrategy& strategy_;
  std::filesystem::path experiment_dir_;
};

}  // namespace boa::app
