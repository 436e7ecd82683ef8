using MetaStore.Raft.Storage.Wal.Format;
using Xunit.Abstractions;

namespace MetaStore.Raft.Storage.Tests.Damage;

/// <summary>A full log of 64 KiB with every possible damage at one position: it is read completely or rejected, and never opened without acknowledged entries.</summary>
public sealed class WalDamageTests(ITestOutputHelper output)
{
    private const int Sector = WalFormat.SectorBytes;

    private static readonly Dictionary<LogKind, SmallLog> Proven = Enum.GetValues<LogKind>().ToDictionary(kind => kind, kind => new SmallLog(kind, proves: true));
    private static readonly Dictionary<LogKind, SmallLog> Unproven = Enum.GetValues<LogKind>().ToDictionary(kind => kind, kind => new SmallLog(kind, proves: false));

    [Theory]
    [InlineData(LogKind.Untagged)]
    [InlineData(LogKind.Fresh)]
    [InlineData(LogKind.UsedAgain)]
    public void EveryBitFlipped(LogKind kind) => Try(
        "bit flipped", kind, SmallLog.Size * 8, stride: 251, (bit, bytes) => bytes[bit / 8] ^= (byte)(1 << (bit % 8)));

    [Theory]
    [InlineData(LogKind.Untagged)]
    [InlineData(LogKind.Fresh)]
    [InlineData(LogKind.UsedAgain)]
    public void EverySectorZeroed(LogKind kind) => Try(
        "sector zeroed", kind, SmallLog.Size / Sector, stride: 1, (sector, bytes) => bytes.AsSpan(sector * Sector, Sector).Clear());

    /// <summary>A sector of the log that has the content of the file's earlier use: a write that the disk acknowledged and lost.</summary>
    [Fact]
    public void EverySectorAsBefore() => Try(
        "sector as before",
        LogKind.UsedAgain,
        Proven[LogKind.UsedAgain].LastFrame / Sector,
        stride: 1,
        (sector, bytes) => Stale(LogKind.UsedAgain, bytes).CopyTo(bytes.AsSpan(sector * Sector)));

    [Theory]
    [InlineData(LogKind.Untagged)]
    [InlineData(LogKind.Fresh)]
    [InlineData(LogKind.UsedAgain)]
    public void EveryLength(LogKind kind) => new DamageTally($"{kind} log, cut to a length", output).Run(
        SmallLog.Size, stride: 61, length => Proven[kind].Open(Proven[kind].Bytes[..length], Proven[kind].Entries.Count));

    /// <summary>The state after a killed process: the last write stops at any byte, and after it is what was there before. Never rejected.</summary>
    [Theory]
    [InlineData(LogKind.Untagged)]
    [InlineData(LogKind.Fresh)]
    [InlineData(LogKind.UsedAgain)]
    public void LastWriteCutOffAtEveryByte(LogKind kind) => new DamageTally($"{kind} log, last write cut off", output).Run(
        Unproven[kind].LastFrameBytes,
        stride: 7,
        at =>
        {
            var log = Unproven[kind];
            var bytes = (byte[])log.BeforeLast.Clone();
            log.Bytes.AsSpan(log.LastFrame, at).CopyTo(bytes.AsSpan(log.LastFrame));
            return NeverRefused(log, bytes);
        });

    /// <summary>The state after a power cut: any sectors of the last write arrived, and the others are as they were. Never rejected.</summary>
    [Theory]
    [InlineData(LogKind.Untagged)]
    [InlineData(LogKind.Fresh)]
    [InlineData(LogKind.UsedAgain)]
    public void LastWriteArrivedInAnySubsetOfSectors(LogKind kind) => new DamageTally($"{kind} log, sectors of the last write", output).Run(
        1 << (Unproven[kind].LastFrameBytes / Sector),
        stride: 83,
        subset =>
        {
            var log = Unproven[kind];
            var bytes = (byte[])log.BeforeLast.Clone();
            for (var sector = 0; sector < log.LastFrameBytes / Sector; sector++)
            {
                if ((subset & (1 << sector)) != 0)
                {
                    var at = log.LastFrame + (sector * Sector);
                    log.Bytes.AsSpan(at, Sector).CopyTo(bytes.AsSpan(at));
                }
            }

            return NeverRefused(log, bytes);
        });

    /// <summary>
    /// A bit of the last write changed, with no frame after it and frames of an earlier use after its end: it may have been acknowledged, so it is
    /// read completely or rejected, as in a file that was not used before.
    /// </summary>
    [Theory]
    [InlineData(LogKind.Fresh)]
    [InlineData(LogKind.UsedAgain)]
    public void EveryBitOfTheLastWriteFlipped_UnprovenLog_IsNotTakenForATornWrite(LogKind kind) =>
        new DamageTally($"{kind} log, bit of the last write flipped", output).Run(
            Unproven[kind].LastFrameBytes * 8,
            stride: 29,
            bit =>
            {
                var log = Unproven[kind];
                var bytes = (byte[])log.Bytes.Clone();
                bytes[log.LastFrame + (bit / 8)] ^= (byte)(1 << (bit % 8));
                return log.Open(bytes, log.Entries.Count);
            });

    private static (string End, string? Wrong) NeverRefused(SmallLog log, byte[] bytes)
    {
        var (end, wrong) = log.Open(bytes, log.Entries.Count - 1);
        return (end, end.StartsWith("refused", StringComparison.Ordinal) ? $"a torn write is {end}" : wrong);
    }

    private static byte[] Stale(LogKind kind, byte[] bytes)
    {
        var sector = bytes.AsSpan(bytes.Length - (2 * WalFormat.Alignment), Sector).ToArray();
        var tags = Wal.Logs.HeaderOf(Proven[kind].Bytes).Tags!;
        Assert.Equal(SectorState.Unwritten, tags.StateOf(sector));
        Assert.Contains(sector, value => value != 0);
        return sector;
    }

    private void Try(string what, LogKind kind, int count, int stride, Action<int, byte[]> harm) => new DamageTally($"{kind} log, {what}", output).Run(
        count,
        stride,
        number =>
        {
            var bytes = (byte[])Proven[kind].Bytes.Clone();
            harm(number, bytes);
            return Proven[kind].Open(bytes, Proven[kind].Entries.Count);
        });
}
