using System.Text;

namespace MetaStore.Bolt.Tests;

/// <summary>What is written is read again, in trees of several levels and pages of several sizes.</summary>
public sealed class BoltRoundTripTests
{
    [Theory]
    [InlineData(512, 3000)]
    [InlineData(1024, 1)]
    [InlineData(4096, 5000)]
    [InlineData(16384, 2000)]
    [InlineData(65536, 300)]
    public void File_OfAnyPageSize_IsReadAsWritten(int pageBytes, int count)
    {
        var many = SampleFile.Entries(seed: count, count, longest: 3 * pageBytes);
        var few = SampleFile.Entries(seed: 2, 3, longest: 10);
        var file = SampleFile.Write(pageBytes, ("alarm", []), ("key", many), ("meta", few));
        var expected = many.Select(entry => SampleFile.Line("key"u8, Encoding.ASCII.GetBytes(entry.Key), entry.Value))
            .Concat(few.Select(entry => SampleFile.Line("meta"u8, Encoding.ASCII.GetBytes(entry.Key), entry.Value)));
        Assert.Equal(expected, SampleFile.Read(file));
    }

    [Fact]
    public void TryOpen_WalksOneBucket_AndFindsNoneOfAnotherName()
    {
        var entries = SampleFile.Entries(seed: 1, 500, longest: 2000);
        var bytes = SampleFile.Write(512, ("a", []), ("b", entries));
        var file = BoltFile.Open(new MemoryStream(bytes), bytes.Length, visitor: null, CancellationToken.None);
        Assert.Null(file.TryOpen("c"u8));
        Assert.False(file.TryOpen("a"u8)!.MoveNext());
        var cursor = file.TryOpen("b"u8)!;
        foreach (var (key, value) in entries)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(key, Encoding.ASCII.GetString(cursor.Key));
            Assert.Equal(value, cursor.Value.ToArray());
        }

        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void DamagedMeta_TheOtherIsUsed()
    {
        var entries = SampleFile.Entries(seed: 1, 100, longest: 100);
        var file = SampleFile.Write(1024, ("b", entries));
        var expected = SampleFile.Read(file);
        file[1024 + 40]++;
        Assert.Equal(expected, SampleFile.Read(file));
        file[1024 + 40]--;
        file[40]++;
        Assert.Equal(expected, SampleFile.Read(file));
        file[1024 + 40]++;
        Assert.Contains("page 0: the checksum of the meta is wrong", Assert.Throws<BoltException>(() => SampleFile.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SameContent_GivesTheSameBytes()
    {
        var entries = SampleFile.Entries(seed: 9, 400, longest: 3000);
        Assert.Equal(SampleFile.Write(4096, ("b", entries)), SampleFile.Write(4096, ("b", entries)));
    }

    [Fact]
    public void Entries_OutOfOrder_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => BoltWriter.Plan(writer => writer.Add("b", bucket =>
        {
            bucket.Add("b"u8, default);
            bucket.Add("a"u8, default);
        })));
        Assert.Throws<ArgumentException>(() => BoltWriter.Plan(writer => writer.Add("b", bucket => bucket.Add(default, "v"u8))));
    }
}
