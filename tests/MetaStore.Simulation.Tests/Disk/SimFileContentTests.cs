using MetaStore.Simulation.Disk;
using MetaStore.Simulation.Kernel;
using Xunit;

namespace MetaStore.Simulation.Tests.Disk;

/// <summary>What a simulated file may lose in a power loss, and what not.</summary>
public sealed class SimFileContentTests
{
    private const int Bytes = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void PowerCut_AfterRandomWrites_LeavesSyncedSectorsAndOfTheOthersOldOrNew(ulong seed)
    {
        var random = new SimRandom(seed);
        var content = new SimFileContent();
        content.SetLength(Bytes);
        content.Sync();
        byte[] cache = new byte[Bytes];
        byte[] synced = new byte[Bytes];
        for (int step = 0; step < 300; step++)
        {
            switch (random.Next(5))
            {
                case 0:
                    content.Sync();
                    cache.CopyTo(synced, 0);
                    break;
                case 1 when step % 7 == 0:
                    content.PowerCut(random);
                    byte[] left = All(content);
                    for (int at = 0; at < Bytes; at += SimFileContent.Sector)
                    {
                        int end = Math.Min(Bytes, at + SimFileContent.Sector);
                        Assert.True(left.AsSpan(at..end).SequenceEqual(cache.AsSpan(at..end)) || left.AsSpan(at..end).SequenceEqual(synced.AsSpan(at..end)));
                    }

                    (cache, synced) = ([.. left], [.. left]);
                    break;
                default:
                    int start = random.Next(Bytes);
                    byte[] written = new byte[random.Next(Math.Min(6000, Bytes - start))];
                    Array.Fill(written, (byte)random.Next(3));
                    content.Write(start, written);
                    written.CopyTo(cache, start);
                    break;
            }

            Assert.Equal(cache, All(content));
        }
    }

    [Fact]
    public void DropCache_AfterAFailedSync_ShowsWhatTheDeviceHolds()
    {
        var content = new SimFileContent();
        content.Write(0, new byte[4096 * 8]);
        content.Sync();
        byte[] ones = new byte[4096 * 8];
        Array.Fill(ones, (byte)1);
        content.Write(0, ones);
        content.FailSync(new SimRandom(1));

        byte[] seen = new byte[ones.Length];
        content.Read(0, seen);
        Assert.Equal(ones, seen);
        Assert.True(content.IsDirty);

        content.DropCache();
        content.Read(0, seen);
        Assert.Contains((byte)0, seen);
        Assert.False(content.IsDirty);
    }

    private static byte[] All(SimFileContent content)
    {
        byte[] bytes = new byte[content.Length];
        Assert.Equal(bytes.Length, content.Read(0, bytes));
        return bytes;
    }
}
