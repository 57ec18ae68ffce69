# For everything in the tree, GoogleTest included. A finding ends the program.

if(RMB_SANITIZE)
  add_compile_options(-fsanitize=${RMB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${RMB_SANITIZE})
endif()
if(RMB_SANITIZE MATCHES "address" AND NOT RMB_FUZZ)
  # To relocate what the sanitizers describe takes a third of a test's start, a thousand times.
  add_link_options(-no-pie)
endif()
if(RMB_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
