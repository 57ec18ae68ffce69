# rmb::json, rmb::boost, rmb::asio, rmb::log, rmb::cli11: header-only, on all platforms the same.
#
# Debian's headers lie in /usr/include, which a mingw compiler must not see. So each library gets a
# folder in the build tree that holds a link to just its headers. MSVC takes them from vcpkg.

find_package(Threads REQUIRED)

function(rmb_third_party name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADERS" "VCPKG")
  add_library(rmb_${name} INTERFACE)
  add_library(rmb::${name} ALIAS rmb_${name})
  if(MSVC)
    target_link_libraries(rmb_${name} INTERFACE ${arg_VCPKG})
    return()
  endif()
  if(NOT EXISTS /usr/include/${arg_HEADERS})
    message(FATAL_ERROR "/usr/include/${arg_HEADERS} is missing: run scripts/setup")
  endif()
  set(folder ${PROJECT_BINARY_DIR}/third_party/${arg_HEADERS})
  file(MAKE_DIRECTORY ${folder})
  file(CREATE_LINK /usr/include/${arg_HEADERS} ${folder}/${arg_HEADERS} SYMBOLIC)
  target_include_directories(rmb_${name} SYSTEM INTERFACE ${folder})
endfunction()

if(MSVC)
  find_package(nlohmann_json CONFIG REQUIRED)
  find_package(Boost 1.81 REQUIRED)
  find_package(spdlog CONFIG REQUIRED)
  find_package(fmt CONFIG REQUIRED)
  find_package(CLI11 CONFIG REQUIRED)
endif()

rmb_third_party(json HEADERS nlohmann VCPKG nlohmann_json::nlohmann_json)
rmb_third_party(boost HEADERS boost VCPKG Boost::headers)
rmb_third_party(fmt HEADERS fmt VCPKG fmt::fmt-header-only)
rmb_third_party(log HEADERS spdlog VCPKG spdlog::spdlog_header_only)
rmb_third_party(cli11 HEADERS CLI VCPKG CLI11::CLI11)

# JSON_NO_IO keeps <iostream> out of the client DLL; no implicit conversions: they are unchecked.
target_compile_definitions(rmb_json INTERFACE JSON_NO_IO=1 JSON_USE_IMPLICIT_CONVERSIONS=0)
target_compile_definitions(rmb_fmt INTERFACE FMT_HEADER_ONLY=1)
target_link_libraries(rmb_log INTERFACE rmb_fmt Threads::Threads)
if(NOT MSVC)
  target_compile_definitions(rmb_log INTERFACE SPDLOG_FMT_EXTERNAL=1)
endif()

# Asio's implementation is compiled once, in asio_impl.cpp.
add_library(rmb_asio STATIC ${PROJECT_SOURCE_DIR}/cmake/asio_impl.cpp)
add_library(rmb::asio ALIAS rmb_asio)
target_compile_definitions(rmb_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  "$<$<BOOL:${WIN32}>:_WIN32_WINNT=0x0A00;WIN32_LEAN_AND_MEAN;NOMINMAX;UNICODE;_UNICODE>")
target_link_libraries(rmb_asio PUBLIC rmb_boost Threads::Threads
  "$<$<BOOL:${WIN32}>:ws2_32;mswsock;bcrypt>")
set_target_properties(rmb_asio PROPERTIES EXCLUDE_FROM_ALL ON)
