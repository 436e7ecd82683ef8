using MetaStore.LoadGen.Http2.Hpack;
using MetaStore.LoadGen.Http2;

namespace MetaStore.LoadGen.Tests.Http2;

public sealed class RequestHeaderEncoderTests
{
    [Fact]
    public void Block_SecondTime_IsIndexBytesOnly()
    {
        RequestHeaderEncoder encoder = new("127.0.0.1:2379", Http2Wire.DefaultHeaderTableBytes);
        Assert.True(encoder.Block("/p.S/A").Length > 60);
        Assert.Equal(Convert.FromHexString("8386C2C1C0BFBE"), encoder.Block("/p.S/A"));
    }

    [Fact]
    public void Block_SecondPath_ShiftsTheNumbersOfTheRest()
    {
        RequestHeaderEncoder encoder = new("a:1", Http2Wire.DefaultHeaderTableBytes);
        encoder.Block("/p.S/A");
        encoder.Block("/p.S/B");
        Assert.Equal(Convert.FromHexString("8386BEC2C1C0BF"), encoder.Block("/p.S/B"));
        Assert.Equal(Convert.FromHexString("8386C3C2C1C0BF"), encoder.Block("/p.S/A"));
    }

    [Fact]
    public void Block_ServerWithoutTable_IsAlwaysSpeltOut()
    {
        RequestHeaderEncoder encoder = new("a:1", 0);
        Assert.Equal(encoder.Block("/p.S/A"), encoder.Block("/p.S/A"));
        Assert.True(encoder.Block("/p.S/A").Length > 50);
    }
}
