using System.Diagnostics;
using MetaStore.Server.Observability.Traces;

namespace MetaStore.Server.Tests.Observability.Traces;

/// <summary>The header traceparent, which any client can send.</summary>
public sealed class TraceParentTests
{
    private const string Sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData(Sampled, true)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", true)]
    [InlineData("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what comes later", true)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", null)]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null)]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01", null)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", null)]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", null)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01", null)]
    [InlineData("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Header_SaysWhetherItsCallIsSampled_OrIsIgnored(string? header, bool? expected) => Assert.Equal(expected, TraceParent.IsSampled(header));

    [Fact]
    public void Header_IsTheCallersSpan()
    {
        ActivityContext parent = TraceParent.Read(Sampled, "vendor=1");
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", parent.TraceId.ToHexString());
        Assert.Equal("00f067aa0ba902b7", parent.SpanId.ToHexString());
        Assert.Equal((ActivityTraceFlags.Recorded, "vendor=1", true), (parent.TraceFlags, parent.TraceState, parent.IsRemote));
        Assert.Null(TraceParent.Read(Sampled, new string('x', 513)).TraceState);
    }

    /// <summary>What is taken for a header can be read, and .NET's own reader, which takes more, reads the same in version 00.</summary>
    [Fact]
    public void Fuzz_DamagedHeaders_AreIgnoredOrReadAsDotNetReadsThem()
    {
        var random = new Random(7);
        int taken = 0;
        const string letters = "0123456789abcdefABCDEFg-_ \u00e9\0";
        for (int round = 0; round < 200_000; round++)
        {
            char[] text = Sampled.ToCharArray();
            for (int damage = random.Next(1, 4); damage > 0; damage--)
            {
                text[random.Next(text.Length)] = letters[random.Next(letters.Length)];
            }

            string header = new(text, 0, random.Next(8) == 0 ? random.Next(text.Length + 1) : text.Length);
            if (TraceParent.IsSampled(header) is { } sampled)
            {
                taken++;
                ActivityContext read = TraceParent.Read(header, null);
                Assert.Equal(sampled, read.TraceFlags == ActivityTraceFlags.Recorded);
                Assert.True(!header.StartsWith("00", StringComparison.Ordinal) || (ActivityContext.TryParse(header, null, out ActivityContext parsed) && parsed.TraceId == read.TraceId && parsed.SpanId == read.SpanId), header);
            }
        }

        Assert.InRange(taken, 1000, 199_000);
    }
}
