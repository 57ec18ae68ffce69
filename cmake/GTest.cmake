# GoogleTest, built in every tree with that tree's own flags.

include(GoogleTest)
if(MSVC)
  find_package(GTest CONFIG REQUIRED)
  foreach(lib gtest gmock gtest_main)
    add_library(${lib} ALIAS GTest::${lib})
  endforeach()
else()
  set(INSTALL_GTEST OFF)
  add_subdirectory(${RMB_GOOGLETEST_DIR} ${PROJECT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL SYSTEM)
endif()
