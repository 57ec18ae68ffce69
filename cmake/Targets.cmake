# How this project makes its targets:
#
#   rmb_add_library(name SOURCES file... [LINK target...] [INCLUDE dir...] [PCH json|asio] [SMALL])
#   rmb_add_executable(name SOURCES file... [LINK target...] [DESCRIPTION text] [PCH json|asio|test])
#   rmb_add_gtest(name LABELS label... SOURCES file... [LINK target...] [TIMEOUT seconds] [SERIAL])
#   rmb_add_fuzzer(name SOURCES file... [LINK target...])           linux-fuzz only
#
# The link lists are the direction of dependency: a library sees only the folders of what it links.

# Options of all of our own code.
add_library(rmb_options INTERFACE)
target_link_libraries(rmb_options INTERFACE rmb_warnings)
# "proto/...", "client/lib/...": relative to the repository; the version header: to the build tree.
target_include_directories(rmb_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
configure_file(${PROJECT_SOURCE_DIR}/cmake/version.hpp.in
  ${PROJECT_BINARY_DIR}/generated/proto/version.hpp @ONLY)
if(WIN32)
  target_compile_definitions(rmb_options INTERFACE
    _WIN32_WINNT=0x0A00 WIN32_LEAN_AND_MEAN NOMINMAX UNICODE _UNICODE)
  # For resource.rc.in.
  enable_language(RC)
endif()

# Version information, and for programs the manifest (asInvoker, UTF-8, long paths, Windows 10).
function(rmb_add_windows_resource target description)
  get_target_property(type ${target} TYPE)
  set(RMB_FILE_DESCRIPTION "${description}")
  if(type STREQUAL "EXECUTABLE")
    set(RMB_FILE_NAME ${target}.exe)
    set(RMB_FILE_TYPE 1)
    set(RMB_MANIFEST "1 24 \"${PROJECT_SOURCE_DIR}/cmake/windows/rmbroker.manifest\"")
  else()
    set(RMB_FILE_NAME ${target}.dll)
    set(RMB_FILE_TYPE 2)
    set(RMB_MANIFEST "")
  endif()
  set(file ${PROJECT_BINARY_DIR}/generated/resources/${target}.rc)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/windows/resource.rc.in ${file} @ONLY)
  set_property(SOURCE ${file} PROPERTY OBJECT_DEPENDS
    ${PROJECT_SOURCE_DIR}/cmake/windows/rmbroker.manifest)
  target_sources(${target} PRIVATE ${file})
  if(MSVC AND type STREQUAL "EXECUTABLE")
    target_link_options(${target} PRIVATE /MANIFEST:NO)
  endif()
endfunction()

# One precompiled header of each kind in a build tree, made by an object library of its own.
function(rmb_use_pch target kind)
  if(NOT RMB_PCH)
    return()
  endif()
  if(NOT TARGET rmb_pch_${kind})
    set(source ${PROJECT_BINARY_DIR}/generated/pch/${kind}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "// Makes cmake/pch/${kind}.hpp.\n")
    add_library(rmb_pch_${kind} OBJECT EXCLUDE_FROM_ALL ${source})
    target_link_libraries(rmb_pch_${kind} PRIVATE rmb_options rmb::json rmb::boost)
    if(kind MATCHES "asio|test")
      target_link_libraries(rmb_pch_${kind} PRIVATE rmb::asio)
    endif()
    if(kind STREQUAL "test")
      target_link_libraries(rmb_pch_${kind} PRIVATE gmock)
    endif()
    target_precompile_headers(rmb_pch_${kind} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch/${kind}.hpp)
  endif()
  target_precompile_headers(${target} REUSE_FROM rmb_pch_${kind})
endfunction()

# For what ends in the client DLL. A precompiled header needs the same options as its users, so none.
function(rmb_optimise_size target)
  if(MINGW)
    target_compile_options(${target} PRIVATE -Os)
  endif()
endfunction()

function(rmb_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SMALL" "PCH" "SOURCES;LINK;INCLUDE")
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE rmb_options)
  target_include_directories(${name} PUBLIC ${arg_INCLUDE})
  if(arg_SMALL AND WIN32)
    rmb_optimise_size(${name})
  elseif(arg_PCH)
    rmb_use_pch(${name} ${arg_PCH})
  endif()
endfunction()

function(rmb_add_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DESCRIPTION;PCH" "SOURCES;LINK")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} rmb_options)
  if(arg_PCH)
    rmb_use_pch(${name} ${arg_PCH})
  endif()
  if(WIN32)
    if(NOT arg_DESCRIPTION)
      set(arg_DESCRIPTION ${name})
    endif()
    rmb_add_windows_resource(${name} "${arg_DESCRIPTION}")
  endif()
endfunction()

# Under Wine each test is a process of its own too; listing them needs the program to run, so that
# happens when the tests do, not when they are built.
function(rmb_add_gtest name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT" "LABELS;SOURCES;LINK")
  rmb_add_executable(${name} PCH test SOURCES ${arg_SOURCES} LINK ${arg_LINK} rmb_test_support)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_SERIAL)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  if(CMAKE_CROSSCOMPILING)
    list(APPEND arg_LABELS wine)
    list(APPEND properties ENVIRONMENT RMB_WINE_TIMEOUT=${arg_TIMEOUT}
      ENVIRONMENT_MODIFICATION RMB_WINE_SPEAKS=set:1)
  endif()
  gtest_discover_tests(${name}
    TEST_PREFIX ${name}.
    TEST_LIST tests
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 120
    PROPERTIES ${properties})
  # gtest_discover_tests cannot pass on a list.
  set(labels ${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake)
  file(CONFIGURE OUTPUT ${labels} @ONLY CONTENT
    "if(tests)\n  set_tests_properties(\${tests} PROPERTIES LABELS \"@arg_LABELS@\")\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${labels})
endfunction()

# Runs a fixed number of inputs, after all of corpus/<name>, as a test. scripts/fuzz runs for longer.
function(rmb_add_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  rmb_add_executable(${name} SOURCES ${arg_SOURCES} LINK ${arg_LINK})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  set(found ${PROJECT_BINARY_DIR}/corpus/${name})
  file(MAKE_DIRECTORY ${found})
  if(NOT EXISTS ${corpus})
    set(corpus "")
  endif()
  add_test(NAME fuzz.${name}
    COMMAND ${name} -runs=20000 -seed=1 -timeout=10 -rss_limit_mb=1024
      -artifact_prefix=${found}- ${found} ${corpus})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()
