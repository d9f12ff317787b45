# Language level, warnings, sanitizers, and the tools that make a build faster when they are there.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# -O2: -O3 costs a third more compile time and gains nothing where BLAS does the work.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

find_program(BOA_CCACHE ccache)
if(BOA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${BOA_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BOA_CCACHE}")
endif()

# Everything that our own code is compiled with; third-party headers are system headers and stay silent.
add_library(boa_flags INTERFACE)
target_compile_options(boa_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wdouble-promotion -Wformat=2
  # GCC 12 reports overlapping copies inside std::string concatenation that do not exist (its bug 105651).
  -Wno-restrict)
if(BOA_WERROR)
  target_compile_options(boa_flags INTERFACE -Werror)
endif()
if(BOA_SANITIZE)
  add_compile_options(-fsanitize=${BOA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BOA_SANITIZE})
  # GCC's null-dereference and maybe-uninitialized analyses report false positives in instrumented code.
  target_compile_options(boa_flags INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized)
endif()
target_include_directories(boa_flags INTERFACE "${PROJECT_SOURCE_DIR}/src")
