# Defines the targets of ndview, for find_package() and for add_subdirectory() alike:
#
#   ndview::shared    the shared library
#   ndview::static    the archive, with the system libraries that it needs
#   ndview::ndview    the shared library where there is one, else the archive
#
# Expects ndview_VERSION, _ndview_include and _ndview_lib (folders), and _ndview_scope: empty, for
# what is there; GLOBAL, for what will be there when the project is built.
if(ndview_VERSION MATCHES "^(0\\.[0-9]+)" OR ndview_VERSION MATCHES "^([0-9]+)")
  set(_ndview_abi "${CMAKE_MATCH_1}")
endif()

# The files' names and the system libraries of the archive, as in tools/stage.sh.
if(WIN32)
  set(_ndview_system kernel32 ntdll userenv ws2_32 dbghelp)
  set(_ndview_shared "${_ndview_lib}/ndview.dll")
  set(_ndview_static "${_ndview_lib}/libndview.a")
  set(_ndview_implib "${_ndview_lib}/libndview.dll.a")
  if(MSVC)
    set(_ndview_static "${_ndview_lib}/ndview.lib")
    set(_ndview_implib "${_ndview_lib}/ndview.dll.lib")
  endif()
  set(_ndview_shared_properties
    IMPORTED_IMPLIB "${_ndview_implib}" INTERFACE_COMPILE_DEFINITIONS NDV_USE_DLL)
elseif(APPLE)
  set(_ndview_system System m)
  set(_ndview_shared "${_ndview_lib}/libndview.${ndview_VERSION}.dylib")
  set(_ndview_static "${_ndview_lib}/libndview.a")
  set(_ndview_shared_properties IMPORTED_SONAME "@rpath/libndview.${_ndview_abi}.dylib")
else()
  set(_ndview_system util rt pthread m dl)
  set(_ndview_shared "${_ndview_lib}/libndview.so.${ndview_VERSION}")
  set(_ndview_static "${_ndview_lib}/libndview.a")
  set(_ndview_shared_properties IMPORTED_SONAME "libndview.so.${_ndview_abi}")
endif()

if(NOT TARGET ndview::shared AND (_ndview_scope OR EXISTS "${_ndview_shared}"))
  add_library(ndview::shared SHARED IMPORTED ${_ndview_scope})
  set_target_properties(ndview::shared PROPERTIES
    IMPORTED_LOCATION "${_ndview_shared}"
    INTERFACE_INCLUDE_DIRECTORIES "${_ndview_include}"
    ${_ndview_shared_properties})
endif()
if(NOT TARGET ndview::static AND (_ndview_scope OR EXISTS "${_ndview_static}"))
  add_library(ndview::static STATIC IMPORTED ${_ndview_scope})
  set_target_properties(ndview::static PROPERTIES
    IMPORTED_LOCATION "${_ndview_static}"
    IMPORTED_LINK_INTERFACE_LANGUAGES C
    INTERFACE_INCLUDE_DIRECTORIES "${_ndview_include}"
    INTERFACE_LINK_LIBRARIES "${_ndview_system}")
endif()
if(NOT TARGET ndview::ndview)
  add_library(ndview::ndview INTERFACE IMPORTED ${_ndview_scope})
  if(TARGET ndview::shared)
    set_target_properties(ndview::ndview PROPERTIES INTERFACE_LINK_LIBRARIES ndview::shared)
  else()
    set_target_properties(ndview::ndview PROPERTIES INTERFACE_LINK_LIBRARIES ndview::static)
  endif()
endif()
