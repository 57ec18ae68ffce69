# Compiles through ccache where it is installed.

find_program(RMB_CCACHE ccache)
mark_as_advanced(RMB_CCACHE)

if(RMB_CCACHE AND NOT MSVC)
  # The sloppiness is what ccache asks for with precompiled headers.
  set(launcher env
    CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
    CCACHE_NOHASHDIR=1
    ${RMB_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  if(RMB_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()
