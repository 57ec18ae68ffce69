# rmb_export_undecorated(target file.def): the DLL exports the names of the .def file, without @N on
# x86 too, and lib/ gets an import library under both usual names.
#
# On x86 a caller's object file refers to __imp__Name@N while the DLL exports Name. Only dlltool writes
# an import library that maps one to the other: the linker's own, with --kill-at, holds Name alone.

function(rmb_export_undecorated target def)
  file(READ ${def} text)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${def})
  if(NOT CMAKE_SIZEOF_VOID_P EQUAL 4)
    string(REGEX REPLACE "@[0-9]+" "" text "${text}")
  endif()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${target}.def)
  file(CONFIGURE OUTPUT ${generated} CONTENT "${text}" @ONLY)
  target_sources(${target} PRIVATE ${generated})
  set_target_properties(${target} PROPERTIES PREFIX "" LINK_DEPENDS ${generated})
  if(MINGW)
    target_link_options(${target} PRIVATE -Wl,--kill-at)
    add_custom_command(TARGET ${target} POST_BUILD
      COMMAND ${CMAKE_DLLTOOL} --kill-at --input-def ${generated} --dllname $<TARGET_FILE_NAME:${target}>
        --output-lib $<TARGET_LINKER_FILE:${target}>
      COMMAND ${CMAKE_COMMAND} -E copy
        $<TARGET_LINKER_FILE:${target}> $<TARGET_LINKER_FILE_DIR:${target}>/${target}.lib
      VERBATIM)
  endif()
endfunction()
