// The serial OpenBLAS hands out its scratch buffers without a lock: two threads may get the same one, and then compute
// wrong numbers. The linker (--wrap, see src/boa/CMakeLists.txt) leads every call of its allocator here, where a lock
// is taken. The library is ours alone, so that nobody else calls it.
#include <mutex>

extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): the names that --wrap makes.
void* __real_blas_memory_alloc(int position);
void __real_blas_memory_free(void* buffer);

void* __wrap_blas_memory_alloc(int position);
void __wrap_blas_memory_free(void* buffer);
}

namespace {

std::mutex& buffers() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

void* __wrap_blas_memory_alloc(int position) {
  const std::lock_guard lock(buffers());
  return __real_blas_memory_alloc(position);
}

void __wrap_blas_memory_free(void* buffer) {
  const std::lock_guard lock(buffers());
  __real_blas_memory_free(buffer);
}
// NOLINTEND(bugprone-reserved-identifier)
