#include "boa/template/python_renderer.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "boa/util/json.hpp"
#include "boa/util/text.hpp"

extern char** environ;

namespace boa::templates {

namespace {

// One line of JSON in, one out, on a socket that is standard input; what the template prints goes to standard error.
constexpr const char* kProgram = R"python(
import importlib, json, os, pathlib, sys, traceback
channel = os.fdopen(os.dup(0), "rb")
answers = os.fdopen(os.dup(0), "w", encoding="utf-8")
null = os.open(os.devnull, os.O_RDONLY)
os.dup2(null, 0)
def answer(**reply):
    answers.write(json.dumps(reply) + "\n")
    answers.flush()
try:
    import jinja2
except ImportError as error:
    answer(missing=str(error))
    sys.exit(0)
answer(ready=True)
def mark(value):
    text = value if isinstance(value, str) else str(value)
    return "\x01" + text.replace("\x01", "").replace("\x02", "") + "\x02"
def render(request):
    options = dict(undefined=jinja2.DebugUndefined, extensions=["jinja2.ext.do"])
    if request["marks"]:
        options["finalize"] = mark
    environment = jinja2.Environment(**options)
    variables = {k: pathlib.Path(v["path"]) if isinstance(v, dict) else v for k, v in request["variables"].items()}
    variables["load_py"] = importlib.import_module
    os.chdir(request["folder"])
    if request["folder"] not in sys.path:
        sys.path.append(request["folder"])
    return environment.from_string(request["text"]).render(variables)
for line in channel:
    request = json.loads(line)
    try:
        answer(text=render(request))
    except jinja2.TemplateSyntaxError as error:
        answer(error=str(error.message), line=error.lineno)
    except BaseException as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in ("<template>", "<unknown>")]
        name = getattr(error, "filename", None)
        lacks = isinstance(error, FileNotFoundError) and isinstance(name, str) and not os.path.isabs(name)
        answer(error=f"{type(error).__name__}: {error}", line=frames[-1].lineno if frames else 0, lacks_file=lacks)
)python";

util::Node to_node(const Variables& variables) {
  util::Node mapping = util::Node::object();
  for (const auto& [name, value] : variables) {
    if (const auto* path = std::get_if<std::filesystem::path>(&value)) {
      mapping.set(name, util::Node::object({{"path", path->string()}}));
    } else {
      mapping.set(name, std::get<util::Node>(value));
    }
  }
  return mapping;
}

UserInputError unusable(const std::string& why) {
  return UserInputError(fmt::format("a template calls load_py, which needs python3 with jinja2: {}", why),
                        "Install them (Debian: apt install python3-jinja2), or write the template without load_py.");
}

std::string text_of(const util::Node& node, const char* key) {
  const util::Node* found = node.find(key);
  return found != nullptr && found->is_string() ? found->as_string() : std::string();
}

}  // namespace

bool needs_python(std::string_view text) {
  if (text.find("load_py") == std::string_view::npos) return false;
  try {
    const std::string source = normalized_source(text);
    for (const Token& token : tokenize(source)) {
      if (token.kind == Token::Kind::kName && token.text == "load_py") return true;
    }
    return false;
  } catch (const TemplateError&) {
    return false;  // its error is reported where it is parsed
  }
}

PythonRenderer::~PythonRenderer() { stop(); }

void PythonRenderer::stop() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  if (process_ > 0) {
    int ignored = 0;
    while (::waitpid(process_, &ignored, 0) < 0 && errno == EINTR) {
    }
  }
  process_ = -1;
}

void PythonRenderer::start() {
  if (process_ > 0) return;
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw unusable(fmt::format("no socket could be made: {}", std::strerror(errno)));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 0);
  posix_spawn_file_actions_adddup2(&actions, 2, 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A Ctrl-C is for boa, which then ends this process by closing the socket.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::string python = "python3";
  std::string flag = "-c";
  std::string program = kProgram;
  std::array<char*, 4> arguments = {python.data(), flag.data(), program.data(), nullptr};
  const int failure = ::posix_spawnp(&process_, "python3", &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(ends[1]);
  socket_ = ends[0];
  if (failure != 0) {
    process_ = -1;
    stop();
    throw unusable(fmt::format("python3 could not be started: {}", std::strerror(failure)));
  }
  const util::Node hello = util::parse_json(exchange({}), "python3");
  if (!hello.contains("ready")) {
    const std::string why = text_of(hello, "missing");
    stop();
    throw unusable(why.empty() ? "python3 ended at once" : why);
  }
}

std::string PythonRenderer::exchange(std::string request) {
  for (std::size_t done = 0; done < request.size();) {
    const ssize_t sent = ::send(socket_, request.data() + done, request.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return "{}";
    done += static_cast<std::size_t>(sent);
  }
  std::string reply;
  std::array<char, 65536> buffer{};
  while (!reply.ends_with('\n')) {
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return "{}";
    reply.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return reply;
}

PythonRenderer::Reply PythonRenderer::render(std::string_view text, const Variables& variables,
                                             const std::filesystem::path& folder, bool marks_printed) {
  start();
  const util::Node request = util::Node::object(
      {{"text", text}, {"variables", to_node(variables)}, {"folder", folder.string()}, {"marks", marks_printed}});
  const util::Node answer = util::parse_json(exchange(util::write_json(request) + "\n"), "python3");
  Reply reply;
  reply.text = text_of(answer, "text");
  if (answer.contains("text")) return reply;
  reply.error = text_of(answer, "error");
  if (reply.error.empty()) {
    stop();
    throw unusable("python3 ended while it rendered the template");
  }
  if (const util::Node* line = answer.find("line"); line != nullptr && line->is_int()) {
    reply.line = static_cast<int>(line->as_int());
  }
  const util::Node* lacks = answer.find("lacks_file");
  reply.lacks_file = lacks != nullptr && lacks->is_bool() && lacks->as_bool();
  return reply;
}

}  // namespace boa::templates
