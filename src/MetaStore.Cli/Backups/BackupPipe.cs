using System.Security.Cryptography;
using MetaStore.Cli.CommandLine;
using MetaStore.IO;
using MetaStore.Protocol.Etcd;
using MetaStore.StateMachine.Backups;

namespace MetaStore.Cli.Backups;

/// <summary>Backups by a pipe: <c>snapshot save -</c> writes to standard output, <c>snapshot restore -</c> reads from standard input.</summary>
internal static class BackupPipe
{
    /// <summary>The file name that stands for a standard stream.</summary>
    public const string Name = "-";

    private const string Received = ".received";
    private const int BlockBytes = 1 << 20;

    /// <summary>Writes a backup that a member sends, as it arrives, and checks its hash at the end.</summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="InputException">The stream ended early, or its hash does not match: what was written is not a backup.</exception>
    public static async Task<long> SaveAsync(IAsyncEnumerable<SnapshotResponse> parts, Stream output, CancellationToken cancellation)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (bytes, last) = (0L, Array.Empty<byte>());
        await foreach (var part in parts.WithCancellation(cancellation))
        {
            await output.WriteAsync(part.Blob.Memory, cancellation);
            bytes += part.Blob.Length;

            // The hash is the end of the stream, and parts may have any size.
            byte[] unhashed = [.. last, .. part.Blob.Span];
            var covered = Math.Max(0, unhashed.Length - BackupFormat.HashBytes);
            sha.AppendData(unhashed, 0, covered);
            last = unhashed[covered..];
        }

        return sha.GetHashAndReset().AsSpan().SequenceEqual(last) ? bytes : throw new InputException("snapshot: the stream ended early or was changed: its SHA-256 is wrong");
    }

    /// <summary>Stores a backup from a stream beside the directory that is made of it, since it is read twice, and runs something on the file; deletes it afterwards.</summary>
    /// <param name="input">Read to its end.</param>
    /// <param name="directory">The data directory to be created.</param>
    /// <param name="run">Gets the path; returns the bytes of the backup.</param>
    /// <param name="cancellation">Cancels the work; nothing is left.</param>
    /// <returns>Bytes read.</returns>
    public static long WithFile(Stream input, string directory, Func<string, long> run, CancellationToken cancellation)
    {
        var file = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Received;
        try
        {
            var length = 0L;
            using (var content = PhysicalDisk.Instance.Open(file, DiskOpenMode.Create))
            {
                var block = new byte[BlockBytes];
                while (input.Read(block) is > 0 and var read)
                {
                    cancellation.ThrowIfCancellationRequested();
                    content.Write(length, block.AsSpan(0, read));
                    length += read;
                }
            }

            return run(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
