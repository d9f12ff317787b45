# Every third-party library, with the least version that is known to work. Static archives are preferred where Debian
# has them: loading a dozen shared libraries would cost more than the start of the program itself.
find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt 9.0 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(NLopt 2.7 REQUIRED)

# boa_static_library(TARGET ARCHIVES libx.a liby.a ... HEADER x.h DEPENDS targets...): an imported target of archives, each of
# which may need those behind it, and all of them DEPENDS. Each archive is a target of its own, or CMake would not keep
# that order, which the linker needs.
function(boa_static_library target)
  cmake_parse_arguments(ARG "" "HEADER" "ARCHIVES;DEPENDS" ${ARGN})
  set(behind ${ARG_DEPENDS})
  list(REVERSE ARG_ARCHIVES)
  foreach(archive IN LISTS ARG_ARCHIVES)
    string(MAKE_C_IDENTIFIER "BOA_LIB_${archive}" variable)
    find_library(${variable} NAMES ${archive} PATH_SUFFIXES openblas-serial
                 HINTS ${CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES} REQUIRED)
    add_library(boa_dep::${archive} STATIC IMPORTED GLOBAL)
    set_target_properties(boa_dep::${archive} PROPERTIES IMPORTED_LOCATION "${${variable}}")
    target_link_libraries(boa_dep::${archive} INTERFACE ${behind})
    set(behind boa_dep::${archive} ${behind})
  endforeach()
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(${target} INTERFACE ${behind})
  if(ARG_HEADER)
    string(MAKE_C_IDENTIFIER "BOA_INC_${ARG_HEADER}" variable)
    find_path(${variable} NAMES ${ARG_HEADER} REQUIRED)
  endif()
endfunction()

boa_static_library(boa_dep::yaml_cpp ARCHIVES libyaml-cpp.a HEADER yaml-cpp/yaml.h)
boa_static_library(boa_dep::sqlite ARCHIVES libsoci_sqlite3.a libsoci_core.a libsqlite3.a HEADER soci/soci.h)
target_include_directories(boa_dep::sqlite INTERFACE /usr/include/soci)
target_link_libraries(boa_dep::sqlite INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
boa_static_library(boa_dep::blas ARCHIVES liblapacke.a libopenblas.a libgfortran.a libquadmath.a DEPENDS m HEADER lapacke.h)
# CoinUtils factorises with LAPACK: its archive must come before that of the BLAS.
boa_static_library(boa_dep::clp ARCHIVES libClp.a libCoinUtils.a libbz2.a libz.a DEPENDS boa_dep::blas
                   HEADER coin/ClpSimplex.hpp)
find_path(BOA_INC_RAPIDJSON NAMES rapidjson/document.h REQUIRED)
find_path(BOA_INC_CLI11 NAMES CLI/CLI.hpp REQUIRED)
find_path(BOA_INC_EXPECTED NAMES tl/expected.hpp REQUIRED)

# The program builds without GoogleTest; ./run-tests insists on it.
option(BOA_REQUIRE_TESTS "Fail when GoogleTest is missing, instead of leaving the unit tests out" OFF)
set(BOA_UNIT_TESTS OFF)
if(BOA_BUILD_TESTS)
  if(BOA_REQUIRE_TESTS)
    find_package(GTest 1.12 REQUIRED)
  else()
    find_package(GTest 1.12 QUIET)
  endif()
  # Debian has GoogleMock in a package of its own.
  if(TARGET GTest::gmock)
    set(BOA_UNIT_TESTS ON)
    include(GoogleTest)
  elseif(BOA_REQUIRE_TESTS)
    message(FATAL_ERROR "GoogleMock was not found (./run-tests installs it)")
  else()
    message(STATUS "GoogleTest with GoogleMock was not found: no unit tests (./run-tests installs them)")
  endif()
endif()
if(BOA_BUILD_BENCHMARKS)
  find_package(benchmark 1.7 REQUIRED)
endif()
