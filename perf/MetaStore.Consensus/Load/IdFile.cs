using System.IO.MemoryMappedFiles;

namespace MetaStore.Consensus.Load;

/// <summary>A set of ids that survives the process: one byte per id in a mapped file, so that a killed process leaves all that it added.</summary>
/// <remarks>It does not survive the machine, and need not. Thread-safe: each id has its byte.</remarks>
internal sealed class IdFile : IDisposable
{
    /// <summary>Ids are below this; the file is sparse.</summary>
    public const long Capacity = 64L << 20;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private IdFile(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Capacity);
    }

    /// <summary>An empty set in place of what the file held.</summary>
    public static IdFile Create(string path)
    {
        using (var made = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            made.SetLength(Capacity);
        }

        return new IdFile(MemoryMappedFile.CreateFromFile(path, FileMode.Open));
    }

    /// <summary>The ids in a file, ascending.</summary>
    public static IEnumerable<long> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var block = new byte[1 << 20];
        for (long start = 0; ; start += block.Length)
        {
            var read = file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            if (!block.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                // Ids are assigned without gaps and at most a few thousand are open: a block without one comes after the last.
                yield break;
            }

            for (var i = 0; i < read; i++)
            {
                if (block[i] != 0)
                {
                    yield return start + i;
                }
            }
        }
    }

    /// <summary>Adds an id.</summary>
    public void Add(long id) => _view.Write(id, (byte)1);

    /// <summary>True when the id was added since the file was made.</summary>
    public bool Contains(long id) => _view.ReadByte(id) != 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
