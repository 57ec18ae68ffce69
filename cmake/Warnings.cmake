# rmb_warnings: what our own code is compiled with. Third-party headers are SYSTEM and escape it.

add_library(rmb_warnings INTERFACE)

if(MSVC)
  target_compile_options(rmb_warnings INTERFACE /W4 /WX /permissive- /utf-8 /Zc:__cplusplus)
else()
  target_compile_options(rmb_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:C,CXX>:-Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion
      -Wshadow -Wformat=2 -Wcast-qual -Wimplicit-fallthrough -Wundef>
    $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(rmb_warnings INTERFACE
      $<$<COMPILE_LANGUAGE:C,CXX>:-Wduplicated-cond -Wlogical-op>
      # GCC 12 at -O2 sees overlapping and overlong copies inside its own std::string (GCC bugs 105329,
      # 105651): the first is off, the others are shown and do not end the build.
      $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict -Wno-error=array-bounds -Wno-error=stringop-overflow
        -Wno-error=stringop-overread>)
    if(RMB_SANITIZE)
      # The instrumentation hides initialisations from the optimiser's flow analysis.
      target_compile_options(rmb_warnings INTERFACE
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
    endif()
    if(RMB_SANITIZE MATCHES "thread")
      # Asio's fences; it also uses them where TSan understands the atomics around.
      target_compile_options(rmb_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-tsan>)
    endif()
  endif()
endif()
