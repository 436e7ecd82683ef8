using MetaStore.Engines;
using MetaStore.StateMachine.Tests.Rig;
using Xunit.Abstractions;

namespace MetaStore.StateMachine.Tests.EtcdFiles;

/// <summary>
/// Random damage in a file of etcd without checksum: it is restored to a state that a member can load, or refused with the place and the reason.
/// METASTORE_EXHAUSTIVE=1 runs 100,000 mutations instead of 1,000.
/// </summary>
public sealed class MutatedEtcdFileTests(ITestOutputHelper output)
{
    private const int PageBytes = 4096;

    private static readonly int Mutations = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1" ? 100_000 : 1_000;

    [Fact]
    public void MutatedFile_IsRestoredOrRefused()
    {
        var random = new Random(11);
        var original = EtcdFileRig.Save(EtcdFileRig.Fill(new StoreRig("memory")))[..^32];
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var file = (byte[])original.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                Mutate(file, random);
            }

            try
            {
                EtcdFileRig.Restore(file, mayLackHash: true);
            }
            catch (EngineException error)
            {
                Assert.Matches("^(file of etcd|backup) damaged: .|^The record of revision [0-9]+.[0-9]+ does not follow the one before it", error.Message);
                refused++;
            }
        }

        output.WriteLine($"{Mutations} mutations of {original.Length / PageBytes} pages, {refused} refused");
        Assert.InRange(refused, Mutations / 10, Mutations - 1);
    }

    /// <summary>Changes a byte that is in use: most bytes of the small buckets' pages are not.</summary>
    private static void Mutate(byte[] file, Random random)
    {
        int at;
        do
        {
            at = random.Next(2 * PageBytes, file.Length);
        }
        while (file[at] == 0 && random.Next(20) != 0);

        file[at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(file[at] ^ (1 << random.Next(8)));
    }
}
