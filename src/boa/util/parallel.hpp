#pragma once

#include <cstddef>
#include <functional>

namespace boa::util {

/// Calls body(0) ... body(count - 1), each once, on at most `threads` threads, the caller's among them. Which thread
/// takes which index is open, so the result does not depend on their number as long as each call writes only to what
/// belongs to its index and draws from a random stream of its own. Where calls throw, the exception of the smallest
/// index is thrown again once all have ended; later indices may then be left out. Threads that the system refuses are
/// done without. Threads start anew with each call: for work of a millisecond and more.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& body);

}  // namespace boa::util
