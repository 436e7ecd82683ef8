using System.Text;

namespace MetaStore.Bolt.Tests;

public sealed class BoltMetaTests
{
    private static readonly BoltMeta Meta = new(4096, 7, 8, 9, 3);

    [Theory]
    [InlineData("", 0xcbf29ce484222325)]
    [InlineData("a", 0xaf63dc4c8601ec8c)]
    [InlineData("foobar", 0x85944171f73967e8)]
    public void Checksum_IsFnv1a(string text, ulong expected) => Assert.Equal(expected, Fnv64A.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Meta_Written_IsReadAgain()
    {
        Assert.True(BoltMeta.TryRead(Page(Meta), out var read, out var wrong));
        Assert.Equal((Meta, string.Empty), (read, wrong));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    [InlineData(4095)]
    [InlineData(131_072)]
    public void PageSize_ThatBboltDoesNotHave_IsRefused(int bytes)
    {
        Assert.False(BoltMeta.TryRead(Page(Meta with { PageBytes = bytes }), out _, out var wrong));
        Assert.Equal($"a page size of {bytes} bytes is not possible", wrong);
    }

    [Fact]
    public void AnyChangedByte_IsNoticed()
    {
        var good = Page(Meta);
        for (var at = 16; at < 80; at++)
        {
            var changed = (byte[])good.Clone();
            changed[at] ^= 1;
            Assert.False(BoltMeta.TryRead(changed, out _, out _), $"{at}");
        }
    }

    [Fact]
    public void Start_NeedsTheMagicInItsPlace()
    {
        var page = Page(Meta);
        Assert.True(BoltFile.IsStart(page.AsSpan(0, BoltFile.StartBytes)));
        Assert.False(BoltFile.IsStart(page.AsSpan(0, BoltFile.StartBytes - 1)));
        Assert.False(BoltFile.IsStart(page.AsSpan(1)));
    }

    [Fact]
    public void Write_OfAnotherContentThanPlanned_IsRefused()
    {
        var layout = BoltWriter.Plan(writer => writer.Add("b", bucket => bucket.Add("k"u8, "v"u8)));
        var failure = Assert.Throws<InvalidOperationException>(() => BoltWriter.Write(Stream.Null, layout, writer => writer.Add("b", bucket => bucket.Add("k"u8, new byte[5000]))));
        Assert.Equal($"{(layout.Bytes / 4096) + 1} pages were written instead of the {layout.Bytes / 4096} that were planned", failure.Message);
    }

    [Fact]
    public void Buckets_OutOfOrder_AndKeysThatBboltDoesNotTake_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => BoltWriter.Plan(writer =>
        {
            writer.Add("b", _ => { });
            writer.Add("b", _ => { });
        }));
        Assert.Throws<ArgumentException>(() => BoltWriter.Plan(writer => writer.Add("b", bucket => bucket.Add(new byte[32_769], default))));
        BoltWriter.Plan(writer => writer.Add("b", bucket => bucket.Add(new byte[32_768], default)));
    }

    [Fact]
    public void Check_IsCancelled()
    {
        var file = SampleFile.Write(512, ("b", SampleFile.Entries(seed: 1, 2000, longest: 10)));
        Assert.Throws<OperationCanceledException>(() => BoltFile.Open(new MemoryStream(file), file.Length, visitor: null, new CancellationToken(canceled: true)));
    }

    private static byte[] Page(BoltMeta meta)
    {
        var page = new byte[4096];
        meta.Write(page, 1);
        return page;
    }
}
