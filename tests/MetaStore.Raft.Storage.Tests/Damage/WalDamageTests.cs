using MetaStore.IO;
using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Tests.Wal;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Format;
using MetaStore.Raft.Storage.Wal.Recovery;
using Xunit.Abstractions;

namespace MetaStore.Raft.Storage.Tests.Damage;

/// <summary>A full log of 64 KiB with every possible damage at one position: it is read completely or rejected, and never opened without acknowledged entries.</summary>
public sealed class WalDamageTests(ITestOutputHelper output)
{
    private const int Size = 64 << 10;
    private const int Sector = 512;
    private const int Pages = 11;

    private static readonly SmallLog Proven = new(proves: true);
    private static readonly SmallLog Unproven = new(proves: false);

    [Fact]
    public void EveryBitFlipped() => Try(
        "log, bit flipped", Proven, Size * 8, stride: 251, (bit, bytes) => bytes[bit / 8] ^= (byte)(1 << (bit % 8)));

    [Fact]
    public void EverySectorZeroed() => Try(
        "log, sector zeroed", Proven, Size / Sector, stride: 1, (sector, bytes) => bytes.AsSpan(sector * Sector, Sector).Clear());

    [Fact]
    public void EveryLength() => new DamageTally("log, cut to a length", output).Run(
        Size, stride: 61, length => Proven.Open(Proven.Bytes[..length], Proven.Entries.Count));

    /// <summary>The state after a killed process: the last write is truncated at any byte, the file keeps its length. Never rejected.</summary>
    [Fact]
    public void LastWriteCutOffAtEveryByte() => new DamageTally("log, last write cut off", output).Run(
        Unproven.End - Unproven.LastFrame,
        stride: 7,
        at =>
        {
            var bytes = (byte[])Unproven.Bytes.Clone();
            bytes.AsSpan(Unproven.LastFrame + at, Unproven.End - Unproven.LastFrame - at).Clear();
            var (end, wrong) = Unproven.Open(bytes, Unproven.Entries.Count - 1);
            return (end, end.StartsWith("refused", StringComparison.Ordinal) ? $"a cut-off write is {end}" : wrong);
        });

    private void Try(string what, SmallLog log, int count, int stride, Action<int, byte[]> harm) => new DamageTally(what, output).Run(
        count,
        stride,
        number =>
        {
            var bytes = (byte[])log.Bytes.Clone();
            harm(number, bytes);
            return log.Open(bytes, log.Entries.Count);
        });

    /// <summary>One full segment and its content.</summary>
    private sealed class SmallLog
    {
        private readonly string _path;

        public SmallLog(bool proves)
        {
            var disk = new SimDisk();
            using var journal = WalWriter.Open(Logs.Options("/wal", disk, Size), out _);
            journal.Persist([Logs.State(1, 1)]);
            ulong index = 0;
            for (var page = 0; page < Pages; page++)
            {
                // Several entries, one, and one that spans pages; terms and commit index advance with them.
                Entry[] entries = page switch
                {
                    Pages - 1 => [Next(5000, page)],
                    _ when page % 3 == 0 => [Next(700, page), Next(900, page), Next(1500, page)],
                    _ when page % 3 == 1 => [Next(3300, page)],
                    _ => [Next(40, page)],
                };
                LastFrame = (int)(WalFormat.SegmentHeaderBytes + journal.BytesWritten);
                journal.Persist([Logs.State((ulong)page + 1, 1, index - (ulong)entries.Length), Logs.Append(entries)]);
                Entries.AddRange(entries);
            }

            End = (int)(WalFormat.SegmentHeaderBytes + journal.BytesWritten);
            if (proves)
            {
                journal.ConfirmTail();
            }

            State = journal.HardState;
            _path = "/wal/" + disk.List("/wal").Single();
            Bytes = disk.Content(_path);

            Entry Next(int bytes, int page) => Logs.Entry(++index, (ulong)page + 1, bytes);
        }

        public List<Entry> Entries { get; } = [];

        public HardState State { get; }

        public byte[] Bytes { get; }

        /// <summary>Offset of the last write of entries.</summary>
        public int LastFrame { get; }

        /// <summary>Its end.</summary>
        public int End { get; }

        /// <summary>Opens a log with the given bytes.</summary>
        public (string End, string? Wrong) Open(byte[] bytes, int acknowledged)
        {
            var disk = new SimDisk();
            disk.CreateDirectory("/wal");
            disk.Replace(_path, bytes);
            try
            {
                using var journal = WalWriter.Open(Logs.Options("/wal", disk, Size), out var recovery);
                return (recovery.TailRepaired ? "repaired" : "whole", Difference(recovery, acknowledged));
            }
            catch (StorageException error)
            {
                var expected = error.ExitCode is >= ExitCodes.WalCorrupt and <= ExitCodes.NewerFormat;
                return ($"refused with {error.ExitCode}", expected ? null : error.Message);
            }
        }

        private string? Difference(WalRecovery recovery, int acknowledged)
        {
            if (recovery.Entries.Count < acknowledged || recovery.Entries.Count > Entries.Count)
            {
                return $"{recovery.Entries.Count} entries, of {acknowledged} acknowledged, without an error";
            }

            for (var i = 0; i < recovery.Entries.Count; i++)
            {
                var (found, written) = (recovery.Entries[i], Entries[i]);
                if (found.Index != written.Index || found.Term != written.Term || !found.Data.Span.SequenceEqual(written.Data.Span))
                {
                    return $"entry {written.Index} is another";
                }
            }

            return acknowledged < Entries.Count || (recovery.HardState.Term == State.Term && recovery.HardState.Vote == State.Vote)
                ? null
                : $"term and vote are {recovery.HardState}";
        }
    }
}
