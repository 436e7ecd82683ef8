using System.Buffers.Binary;
using System.Security.Cryptography;
using MetaStore.Engines;
using MetaStore.Engines.Checkpoints;
using MetaStore.StateMachine.Schema;

namespace MetaStore.StateMachine.Backups;

/// <summary>Validates a backup from its first byte to its last.</summary>
public static class BackupCheck
{
    private const int ReadBytes = 1 << 20;

    /// <summary>Checks a backup: its hash, and every checksum inside.</summary>
    /// <param name="source">Seekable, holds exactly the backup; read from its start.</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <exception cref="EngineException">It is damaged or no backup; the message says what and where.</exception>
    public static BackupSummary Run(Stream source, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        Require(
            source.Length % BackupFormat.BlockBytes == BackupFormat.HashBytes,
            $"its length of {source.Length} bytes is not a multiple of {BackupFormat.BlockBytes} and {BackupFormat.HashBytes} more: it is cut off, or no backup");
        var hash = CheckHash(source, cancellation);
        source.Position = 0;
        var entries = 0L;
        StateRecord? state = null;
        CheckpointReader.Read(source, Count, cancellation);
        CheckPadding(source);
        Require(state is not null, "it has no state record");
        return new BackupSummary(hash, state!.Value.Revision, state.Value.Compacted, entries, source.Length);

        void Count(Bucket bucket, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            entries++;
            if (bucket == Bucket.Meta && key.SequenceEqual(MetaKeys.State))
            {
                state = StateRecord.Decode(value);
            }
        }
    }

    /// <summary>Checks the SHA-256 at the end of a backup of either format.</summary>
    /// <returns>Its first four bytes, big-endian.</returns>
    internal static uint CheckHash(Stream source, CancellationToken cancellation)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ReadBytes];
        source.Position = 0;
        for (var left = source.Length - BackupFormat.HashBytes; left > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = source.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            Require(read > 0, "it became shorter while it was read");
            sha.AppendData(buffer, 0, read);
            left -= read;
        }

        Span<byte> stored = stackalloc byte[BackupFormat.HashBytes];
        source.ReadExactly(stored);
        var actual = sha.GetHashAndReset();
        Require(actual.AsSpan().SequenceEqual(stored), "its SHA-256 is wrong: it was changed or cut after it was saved");
        return BinaryPrimitives.ReadUInt32BigEndian(actual);
    }

    private static void CheckPadding(Stream source)
    {
        var padding = source.Length - BackupFormat.HashBytes - source.Position;
        Require(padding is >= 0 and < BackupFormat.BlockBytes, "there are more bytes after the checkpoint than there should be");
        while (padding-- > 0)
        {
            Require(source.ReadByte() == 0, "the bytes after the checkpoint are not zero");
        }
    }

    private static void Require(bool holds, string why)
    {
        if (!holds)
        {
            throw new EngineException($"backup damaged: {why}");
        }
    }
}
