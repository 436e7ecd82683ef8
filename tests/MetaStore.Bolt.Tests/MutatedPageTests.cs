using Xunit.Abstractions;

namespace MetaStore.Bolt.Tests;

/// <summary>Random damage: a file is read or refused; nothing else happens. METASTORE_EXHAUSTIVE=1 runs 1,000,000 mutations instead of 5,000.</summary>
public sealed class MutatedPageTests(ITestOutputHelper output)
{
    private const int PageBytes = 512;

    private static readonly int Mutations = Environment.GetEnvironmentVariable("METASTORE_EXHAUSTIVE") == "1" ? 1_000_000 : 5_000;

    [Fact]
    public void MutatedPages_AreReadOrRefused()
    {
        var random = new Random(4711);
        var original = SampleFile.Write(
            PageBytes, ("alarm", []), ("key", SampleFile.Entries(seed: 5, 60, longest: 1500)), ("meta", SampleFile.Entries(seed: 6, 5, longest: 10)));
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var file = (byte[])original.Clone();
            Mutate(file, random);
            try
            {
                BoltFile.Open(new MemoryStream(file), file.Length, visitor: null, CancellationToken.None);
            }
            catch (BoltException error)
            {
                Assert.Matches("^page [0-9]+: .", error.Message);
                refused++;
            }
        }

        output.WriteLine($"{Mutations} mutations of {original.Length / PageBytes} pages, {refused} refused");
        Assert.InRange(refused, Mutations / 10, Mutations - 1);
    }

    private static void Mutate(byte[] file, Random random)
    {
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var page = random.Next(file.Length / PageBytes) * PageBytes;
            switch (random.Next(4))
            {
                case 0:
                    file[page + random.Next(PageBytes)] = (byte)random.Next(256);
                    break;
                case 1:
                    file[page + random.Next(96)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    file.AsSpan(random.Next(file.Length / PageBytes) * PageBytes, PageBytes).CopyTo(file.AsSpan(page));
                    break;
                default:
                    // A number of the table or the header, small or enormous.
                    var number = random.Next(2) == 0 ? random.Next(64) : random.Next(int.MinValue, int.MaxValue);
                    BitConverter.TryWriteBytes(file.AsSpan(page + (4 * random.Next(24))), number);
                    break;
            }
        }
    }
}
