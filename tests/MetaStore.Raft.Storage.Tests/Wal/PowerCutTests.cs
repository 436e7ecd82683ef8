using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Tests.Disks;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Format;
using Xunit.Abstractions;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>Random work with a power loss at a random step, after which any unsynced sector may be on disk; then again on the result.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Seeds = 150;
    private const int Lives = 6;

    [Fact]
    public void RandomWork_PowerCutAnywhere_KeepsEverythingAcknowledged()
    {
        var used = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var repaired = 0;
            try
            {
                repaired = OneStory(seed, ref used);
            }
            catch (Exception error)
            {
                output.WriteLine($"seed={seed}: {error.Message}");
                throw;
            }

            output.WriteLine($"seed={seed} repaired={repaired}");
        }

        output.WriteLine($"{used} lives ended in a segment whose file was used before");
        Assert.True(used > Seeds / 3, $"only {used}");
    }

    private static int OneStory(int seed, ref int used)
    {
        var random = new Random(seed);
        var disk = new SimDisk();
        var model = new LogModel();
        var nonces = Logs.CountingNonce();
        var repaired = 0;
        for (var life = 0; life < Lives; life++)
        {
            var options = Logs.Options("/wal", disk, 16 << 10) with { NonceSource = nonces };
            var stepsLeft = random.Next(1, 120);
            try
            {
                using var journal = WalWriter.Open(options, out var recovery);
                repaired += recovery.TailRepaired ? 1 : 0;
                model.AssertRecovered(recovery);
                disk.Before = (_, _) =>
                {
                    if (stepsLeft-- <= 0)
                    {
                        throw new IOException("power cut");
                    }
                };
                while (true)
                {
                    Step(journal, model, random);
                }
            }
            catch (IOException) when (stepsLeft < 0)
            {
                // The power failed; the model knows what was being written.
            }
            finally
            {
                disk.Before = null;
            }

            used += EndsInAUsedFile(disk) ? 1 : 0;
            disk = disk.PowerCut(random);
        }

        return repaired;
    }

    private static void Step(WalWriter journal, LogModel model, Random random)
    {
        WalAppend[] group = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => model.Next(random))];
        model.Begin(group);
        journal.Persist(group);
        model.Acknowledge();
        if (random.Next(6) == 0)
        {
            journal.ConfirmTail();
        }

        if (random.Next(4) == 0)
        {
            journal.TruncatePrefix((ulong)random.Next(0, 200));
        }
    }

    private static bool EndsInAUsedFile(SimDisk disk) =>
        disk.List("/wal").LastOrDefault(name => name.EndsWith(".wal", StringComparison.Ordinal)) is { } last
        && SegmentHeader.TryRead(disk.Content("/wal/" + last).AsSpan(0, WalFormat.SegmentHeaderBytes), out var header)
        && header.Tags!.Earlier.Length > 0;
}
