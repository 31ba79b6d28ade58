# Installs what package-lock.json names: cmake -DNODE=… -DNPM=… -DSOURCE=… -DSTAMP=… -P npm-ci.cmake
# Several build folders share one node_modules, so that only one of them may be at it.
file(LOCK ${SOURCE}/.npm-ci.lock GUARD PROCESS TIMEOUT 600)
if(EXISTS ${STAMP} AND NOT ${SOURCE}/package-lock.json IS_NEWER_THAN ${STAMP})
  return()
endif()
# npm starts whatever `node` the PATH names first.
get_filename_component(node_bin ${NODE} DIRECTORY)
set(ENV{PATH} "${node_bin}:$ENV{PATH}")
execute_process(COMMAND ${NPM} ci --no-progress --loglevel=error WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "npm ci failed in ${SOURCE} (no network?)")
endif()
file(TOUCH ${STAMP})
