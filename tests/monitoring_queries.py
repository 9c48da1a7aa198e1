"""The queries of the state as the documents print them, spaces at the ends of lines and all."""

STATE = """-- View generation state
SELECT 
    dataset_id,
    generation_date,
    tables_generated,
    total_rows,
    file_paths,
    status
FROM log_synthetic_data_generation
WHERE dataset_id = 'retail_oltp_small_incremental'
ORDER BY generation_date DESC;
"""
SPEED = """-- Average generation speed by dataset
SELECT 
    dataset_id,
    generation_mode,
    AVG(rows_per_second) as avg_rows_per_sec,
    AVG(duration_seconds) as avg_duration,
    MIN(rows_per_second) as min_speed,
    MAX(rows_per_second) as max_speed
FROM log_synthetic_data_generation
WHERE status = 'COMPLETED'
GROUP BY dataset_id, generation_mode;
"""
MEMORY = """-- Peak memory usage by dataset size
SELECT 
    dataset_id,
    target_rows,
    MAX(peak_memory_gb) as max_memory,
    MAX(cpu_cores_used) as max_cores,
    AVG(duration_seconds) as avg_duration
FROM log_synthetic_data_generation
GROUP BY dataset_id, target_rows
ORDER BY target_rows;
"""
