# Apache Arrow C++: the system's when it is installed (find_package), else the
# libraries inside the pinned pyarrow wheel of the project's own virtual
# environment. The wheel carries `.so.2600` files and no plain `.so` links, so
# they are linked by full path, with an rpath.
find_package(Arrow 26 QUIET)
find_package(Parquet 26 QUIET)

add_library(arrow_core INTERFACE)
add_library(arrow_parquet INTERFACE)
if(Arrow_FOUND AND Parquet_FOUND)
  target_link_libraries(arrow_core INTERFACE Arrow::arrow_shared)
  target_link_libraries(arrow_parquet INTERFACE Parquet::parquet_shared arrow_core)
  add_library(arrow_s3 INTERFACE)
  find_library(LAKESEED_ARROW_S3 arrow_s3)
  target_link_libraries(arrow_s3 INTERFACE arrow_core $<$<BOOL:${LAKESEED_ARROW_S3}>:${LAKESEED_ARROW_S3}>)
else()
  file(GLOB LAKESEED_PYARROW ${PROJECT_SOURCE_DIR}/.venv/lib/python3.*/site-packages/pyarrow)
  if(NOT LAKESEED_PYARROW)
    message(FATAL_ERROR "no Apache Arrow: run scripts/bootstrap (it makes .venv with pyarrow)")
  endif()
  foreach(name arrow arrow_s3 parquet)
    add_library(wheel_${name} SHARED IMPORTED)
    set_target_properties(wheel_${name} PROPERTIES
      IMPORTED_LOCATION ${LAKESEED_PYARROW}/lib${name}.so.2600
      INTERFACE_INCLUDE_DIRECTORIES ${LAKESEED_PYARROW}/include)
  endforeach()
  target_link_libraries(arrow_core INTERFACE wheel_arrow)
  target_link_libraries(arrow_parquet INTERFACE wheel_parquet arrow_core)
  add_library(arrow_s3 INTERFACE)
  target_link_libraries(arrow_s3 INTERFACE wheel_arrow_s3 arrow_core)
  list(APPEND CMAKE_BUILD_RPATH ${LAKESEED_PYARROW})
endif()
