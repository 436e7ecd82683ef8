using MetaStore.Testing;

namespace MetaStore.Robustness.Tests.BadInput;

/// <summary>A log damaged while the member was down is rejected with file and offset and never truncated; with the original log nothing is missing.</summary>
public sealed class DamagedLogTests
{
    private const int SegmentHeader = 4096;
    private const int Frame = 4096;
    private const int ExitWalCorrupt = 65;

    [SkippableTheory]
    [RowOnRequest("memory")]
    [InlineData("rocksdb")]
    public async Task BitFlippedInTheMiddle_IsRefusedWithFileAndOffset(string engine)
    {
        await DamageAsync(engine, bytes => bytes[SegmentHeader + (20 * Frame) + 100] ^= 0x10);
    }

    [SkippableTheory]
    [InlineData("memory")]
    [RowOnRequest("rocksdb")]
    public async Task SectorZeroedInTheMiddle_IsRefusedWithFileAndOffset(string engine)
    {
        await DamageAsync(engine, bytes => bytes.AsSpan(SegmentHeader + (30 * Frame), 512).Clear());
    }

    [SkippableTheory]
    [InlineData("memory")]
    [RowOnRequest("rocksdb")]
    public async Task RecordTruncatedInTheMiddle_IsRefusedWithFileAndOffset(string engine)
    {
        // Half of a frame is missing and the bytes after it moved up, as after an incomplete copy.
        await DamageAsync(engine, bytes =>
        {
            var from = SegmentHeader + (25 * Frame) + (Frame / 2);
            bytes.AsSpan(from + (Frame / 2)).CopyTo(bytes.AsSpan(from));
        });
    }

    private static async Task DamageAsync(string engine, Action<byte[]> damage)
    {
        await using var single = await SingleNode.WithDataAsync(engine);
        await single.Node.Process!.KillAsync();
        var file = single.WalFiles[0];
        var whole = await File.ReadAllBytesAsync(file);
        var damaged = whole.ToArray();
        damage(damaged);
        Assert.NotEqual(whole, damaged);
        await File.WriteAllBytesAsync(file, damaged);

        var (code, output) = await single.StartExpectingExitAsync();
        Assert.Equal(ExitWalCorrupt, code);
        Assert.Contains(Path.GetFileName(file), output, StringComparison.Ordinal);
        Assert.Contains("offset", output, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(file));

        await File.WriteAllBytesAsync(file, whole);
        await single.StartAndCheckAsync();
    }
}
