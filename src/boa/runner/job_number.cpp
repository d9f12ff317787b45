#include "boa/runner/job_number.hpp"

#include <array>
#include <regex>
#include <vector>

#include "boa/util/text.hpp"

namespace boa::runner {

std::optional<std::string> find_job_number(std::string_view output) {
  static const std::array<std::regex, 4> sentences = {
      std::regex(R"(^Submitted batch job (\d+)\b.*)"),                                  // sbatch
      std::regex(R"(^Your job(?:-array)? (\d+)[\d.:-]* \(.*\) has been submitted.*)"),  // qsub of Grid Engine
      std::regex(R"(^Job <(\d+)> is submitted to .*)"),                                 // bsub
      std::regex(R"(^\d+ job\(s\) submitted to cluster (\d+)\.?)"),                     // condor_submit
  };
  // sbatch --parsable, qsub of PBS and Torque.
  static const std::regex bare(R"(^(\d+)(?:;[\w.-]+|(?:\[\d*\])?(?:\.[A-Za-z][\w.-]*)?)$)");

  std::vector<std::string> lines;
  for (const std::string& line : util::split(output, '\n')) {
    const std::string text(util::trim(line));
    if (text.empty()) continue;
    constexpr std::size_t kLongest = 1000;
    if (text.size() > kLongest) return std::nullopt;
    for (const std::regex& sentence : sentences) {
      std::smatch match;
      if (std::regex_match(text, match, sentence)) return match[1].str();
    }
    lines.push_back(text);
  }
  std::smatch match;
  if (lines.size() == 1 && std::regex_match(lines.front(), match, bare)) return match[1].str();
  return std::nullopt;
}

}  // namespace boa::runner
