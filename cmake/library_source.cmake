# boardwalk_library_source(NAME MARK HEADERS PATTERN SERIES…): sets NAME_DIR and NAME_VERSION for a library that we compile
# from its source. The source is in BOARDWALK_NAME_DIR or, where that is empty, what scripts/get-name took into build/name.
# Nothing is downloaded here.
#
# MARK is a file that the source must have. HEADERS is a glob of files; the numbers in those lines that match PATTERN are the
# version. SERIES are those that the tree works with, such as 2.1.
function(boardwalk_library_source name mark headers pattern)
  string(TOLOWER ${name} folder)
  set(BOARDWALK_${name}_DIR "" CACHE PATH "Source of ${folder}; empty: what scripts/get-${folder} took")
  set(source "${BOARDWALK_${name}_DIR}")
  if(NOT source)
    file(GLOB taken ${PROJECT_SOURCE_DIR}/build/${folder}/${folder}-*)
    list(SORT taken COMPARE NATURAL)
    list(POP_BACK taken source)
  endif()
  if(NOT EXISTS "${source}/${mark}")
    message(FATAL_ERROR "No source of ${folder} in '${source}': run scripts/get-${folder} or pass -DBOARDWALK_${name}_DIR=FOLDER")
  endif()

  set(numbers)
  file(GLOB headers ${source}/${headers})
  foreach(header IN LISTS headers)
    file(STRINGS ${header} lines REGEX "${pattern}")
    string(REGEX MATCHALL "[0-9]+" found "${lines}")
    list(APPEND numbers ${found})
  endforeach()
  list(JOIN numbers "." version)
  string(REGEX MATCH "^[0-9]+\\.[0-9]+" series "${version}")
  if(NOT series IN_LIST ARGN)
    list(JOIN ARGN ".x and " known)
    message(FATAL_ERROR "${source} is ${folder} '${version}', and this tree works with ${known}.x")
  endif()
  message(STATUS "${folder} ${version} in ${source}")
  set(${name}_DIR ${source} PARENT_SCOPE)
  set(${name}_VERSION ${version} PARENT_SCOPE)
endfunction()
