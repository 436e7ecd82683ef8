using MetaStore.Engines.Checkpoints;
using MetaStore.Engines.RocksDb.Background;
using RocksDbSharp;

namespace MetaStore.Engines.RocksDb.Files;

/// <summary>Builds the next generation from a portable checkpoint, beside the one in use.</summary>
/// <remarks>The first megabytes are read before anything is written to disk, so a checkpoint damaged at its start costs nothing.</remarks>
internal sealed class GenerationBuilder : IDisposable
{
    private const long BatchBytes = 4 << 20;

    private readonly Generations _generations;
    private readonly RocksDbSettings _settings;
    private readonly WriteOptions _writeOptions;
    private readonly BatchEncoder _encoder = new();
    private readonly WriteBatch _batch = new();
    private DatabaseHandle? _database;

    private GenerationBuilder(Generations generations, RocksDbSettings settings, WriteOptions writeOptions)
    {
        _generations = generations;
        _settings = settings;
        _writeOptions = writeOptions;
    }

    /// <summary>Reads a whole checkpoint. The result is open and durable, but not yet the current generation.</summary>
    /// <exception cref="EngineException">The checkpoint is damaged, or the disk refused; the partial result is removed.</exception>
    internal static DatabaseHandle Build(
        Generations generations, RocksDbSettings settings, WriteOptions writeOptions, Stream source, CancellationToken cancellation)
    {
        using var builder = new GenerationBuilder(generations, settings, writeOptions);
        CheckpointReader.Read(source, builder.Add, cancellation);
        return builder.Finish();
    }

    public void Dispose()
    {
        _encoder.Dispose();
        if (_database is not null)
        {
            _database.DeleteWhenClosed = true;
            _database.Dispose();
        }
    }

    private void Add(Bucket bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _batch.Put(bucket, key.ToArray(), value.ToArray());
        if (_batch.Bytes >= BatchBytes)
        {
            Write();
        }
    }

    private void Write()
    {
        _database ??= DatabaseHandle.Open(_generations.Next(), _settings);
        _encoder.Write(_database, _writeOptions, _batch);
        _batch.Clear();
    }

    private DatabaseHandle Finish()
    {
        Write();
        var database = _database!;
        DatabaseFlush.Run(database);
        _database = null;
        return database;
    }
}
