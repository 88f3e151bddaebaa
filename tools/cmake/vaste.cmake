# One library a folder; warnings are errors in our own code, never in generated code.

find_package(PkgConfig REQUIRED)
find_package(Protobuf REQUIRED)
find_package(Threads REQUIRED)

add_library(vaste_flags INTERFACE)
target_compile_options(vaste_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wno-missing-field-initializers>
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
target_include_directories(vaste_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(VASTE_TEST_HOOKS)
  target_compile_definitions(vaste_flags INTERFACE VASTE_TEST_HOOKS)
endif()

if(VASTE_SANITIZE)
  add_compile_options(-fsanitize=${VASTE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${VASTE_SANITIZE})
  find_program(VASTE_MOLD mold)
  if(VASTE_MOLD)
    add_link_options(-fuse-ld=mold)   # a hundred programs of a hundred megabytes each
  endif()
endif()
if(VASTE_SANITIZE MATCHES "address.*undefined" AND NOT VASTE_FUZZ)
  # Half of the code and a quarter of its compilation were checks of pointers, which AddressSanitizer sees when they are
  # used. The preset fuzz has them.
  add_compile_options(
    -fno-sanitize=null,alignment,vptr,object-size,pointer-overflow,nonnull-attribute,returns-nonnull-attribute)
  # GCC is wrong about it between the other checks; optimised builds have the warning.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(VASTE_FUZZ)
  # Coverage of all our code; the targets alone get libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link -fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/tests/fuzz/ignore.txt)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

# librdkafka: a system one of at least 2.12, else the one that tools/deps built.
# ThreadSanitizer needs one that it has compiled (tools/deps --tsan).
set(flavour "")
if(VASTE_SANITIZE MATCHES thread)
  set(flavour -tsan)
else()
  pkg_check_modules(RDKAFKA_SYSTEM QUIET rdkafka>=2.12)
endif()
add_library(vaste_rdkafka INTERFACE)
if(RDKAFKA_SYSTEM_FOUND)
  target_include_directories(vaste_rdkafka SYSTEM INTERFACE ${RDKAFKA_SYSTEM_INCLUDE_DIRS})
  target_link_libraries(vaste_rdkafka INTERFACE ${RDKAFKA_SYSTEM_LIBRARIES})
else()
  if(DEFINED ENV{VASTE_CACHE})
    set(vaste_cache $ENV{VASTE_CACHE})
  else()
    set(vaste_cache $ENV{HOME}/.cache/vaste)
  endif()
  # Where tools/deps put it, unless somebody says otherwise. Not in CMake's cache: the number counts up.
  if(NOT VASTE_RDKAFKA)
    set(VASTE_RDKAFKA ${vaste_cache}/librdkafka-2.15.1-4${flavour})
  endif()
  if(NOT EXISTS ${VASTE_RDKAFKA}/lib/librdkafka.a)
    message(FATAL_ERROR "librdkafka 2.12 or newer is not here: run tools/deps (preset tsan: tools/deps --tsan) first")
  endif()
  target_include_directories(vaste_rdkafka SYSTEM INTERFACE ${VASTE_RDKAFKA}/include)
  # Named one by one: `pkg-config --static` drags in libcurl's private ones.
  target_link_libraries(vaste_rdkafka INTERFACE ${VASTE_RDKAFKA}/lib/librdkafka.a
    curl ssl crypto sasl2 z zstd lz4 m dl Threads::Threads)
endif()

# vaste_library(clocks SOURCES calendar.cc ... DEPS base model LINKS yaml-cpp)
# DEPS is all of ours that the folder may include; tools/check_layers compares it with the #include lines.
# VASTE_UNITY compiles six sources at a time, which a first build has in half the time and a change does not. APART: not
# in this folder, where several files have helpers of the same name.
option(VASTE_UNITY "Compile several sources of a folder as one")
function(vaste_library name)
  cmake_parse_arguments(ARG "APART" "" "SOURCES;DEPS;LINKS" ${ARGN})
  list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/src/${name}/)
  list(TRANSFORM ARG_DEPS PREPEND vaste_)
  if(ARG_SOURCES)
    add_library(vaste_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(vaste_${name} PUBLIC vaste_flags ${ARG_DEPS} ${ARG_LINKS})
    if(VASTE_UNITY AND NOT ARG_APART)
      set_target_properties(vaste_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
      # It takes each file for a header, in which a type of a nameless namespace would be another everywhere.
      target_compile_options(vaste_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
    endif()
  else()
    add_library(vaste_${name} INTERFACE)
    target_link_libraries(vaste_${name} INTERFACE vaste_flags ${ARG_DEPS} ${ARG_LINKS})
  endif()
endfunction()

# vaste_test(calendar_test SOURCES unit/clocks/calendar_test.cc DEPS clocks LABELS unit [TIMEOUT 60])
function(vaste_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS;LINKS" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND vaste_)
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE VASTE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE vaste_flags ${ARG_DEPS} ${ARG_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
