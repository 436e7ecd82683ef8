using MetaStore.Server.Listening.Http2;
using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using MetaStore.Server.Tests.Calls.Echoing;

namespace MetaStore.Server.Tests.Listening;

/// <summary>A client that sends a complete URL as the authority, as etcd's 3.4 Go client does for calls to a given member.</summary>
public sealed class UrlAuthorityTests(EchoServer server) : IClassFixture<EchoServer>
{
    /// <summary>The Huffman codes of RFC 7541, appendix B, for the characters of hosts used here.</summary>
    private static readonly Dictionary<char, string> Codes = new()
    {
        ['0'] = "00000", ['1'] = "00001", ['2'] = "00010", ['3'] = "011001", ['7'] = "011101", ['9'] = "011111", ['.'] = "010111", [':'] = "1011100",
        ['['] = "1111111111011", [']'] = "1111111111100", ['/'] = "011000", ['h'] = "100111", ['t'] = "01001", ['p'] = "101011", ['n'] = "101010", ['z'] = "1111011",
    };

    public static TheoryData<string, bool> Hosts
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var host in new[] { "127.0.0.1:2379", "127.0.0.1:23790", "n1:2379", "n", "zzz", "zz", "0", "[0::9]:2379", new string('9', 200) + ".n1:1" })
            {
                data.Add(host, true);
                data.Add(host, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Without_Url_LeavesTheHost(string host, bool isHuffman) =>
        Assert.Equal(Frame(host, isHuffman: false), UrlAuthority.Without(Frame($"http://{host}", isHuffman)));

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Without_Host_ChangesNothing(string host, bool isHuffman) => Assert.Null(UrlAuthority.Without(Frame(host, isHuffman)));

    [Fact]
    public void Without_CutAnywhere_DoesNotThrow()
    {
        var frame = Frame("http://127.0.0.1:2379", isHuffman: true);
        Assert.All(Enumerable.Range(UrlAuthority.FrameHeaderBytes, frame.Length - UrlAuthority.FrameHeaderBytes), length => UrlAuthority.Without(frame.AsSpan(0, length)));
    }

    [Fact]
    public void Without_RandomBytes_DoesNotThrow()
    {
        var random = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var frame = new byte[UrlAuthority.FrameHeaderBytes + random.Next(60)];
            random.NextBytes(frame.AsSpan(UrlAuthority.FrameHeaderBytes));
            UrlAuthority.Without(frame);
        }
    }

    [Theory]
    [InlineData(1, "http://127.0.0.1:2379", "127.0.0.1:2379")]
    [InlineData(7, "http://127.0.0.1:2379", "127.0.0.1:2379")]
    [InlineData(1000, "http://127.0.0.1:2379", "127.0.0.1:2379")]
    [InlineData(1, "n1:2379", "n1:2379")]
    [InlineData(1000, "n1:2379", "n1:2379")]
    public async Task Reader_InPiecesOfAnySize_ChangesTheFirstFrameOnly(int piece, string authority, string expected)
    {
        byte[] settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        byte[] windowUpdate = [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 1, 0, 0];
        byte[] before = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. settings, .. windowUpdate];
        byte[] after = [0, 0, 5, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, .. Frame("http://n1:2379", isHuffman: false)];
        byte[] sent = [.. before, .. Frame(authority, isHuffman: true), .. after];
        var pipe = new Pipe();
        var reader = new UrlAuthorityReader(pipe.Reader);
        var writing = Task.Run(async () =>
        {
            foreach (var part in sent.Chunk(piece))
            {
                await pipe.Writer.WriteAsync(part);
            }

            await pipe.Writer.CompleteAsync();
        });

        var received = new ArrayBufferWriter<byte>();
        for (var isOver = false; !isOver;)
        {
            var result = await reader.ReadAsync();
            isOver = result.IsCompleted;

            // Half of it is consumed at first, as by a slow reader.
            var taken = result.Buffer.Slice(0, isOver ? result.Buffer.Length : (result.Buffer.Length + 1) / 2);
            received.Write(taken.ToArray());
            reader.AdvanceTo(taken.End);
        }

        await writing;
        Assert.Equal(Convert.ToHexString([.. before, .. Frame(expected, isHuffman: authority == expected), .. after]), Convert.ToHexString(received.WrittenSpan));
    }

    [Fact]
    public async Task Server_CallToAUrl_IsAnswered()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/version"))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("Host", server.Address.ToString().TrimEnd('/'));
        using var answer = await http.SendAsync(request);
        Assert.Equal("fallback HTTP/2 /version", await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A HEADERS frame for stream 1: POST http /p, the authority, and one more header.</summary>
    private static byte[] Frame(string authority, bool isHuffman)
    {
        var text = isHuffman ? Huffman(authority) : Encoding.ASCII.GetBytes(authority);
        byte[] length = text.Length < 127 ? [(byte)text.Length] : text.Length < 255 ? [127, (byte)(text.Length - 127)] : throw new ArgumentException(authority);
        if (text.Length - 127 >= 128)
        {
            throw new ArgumentException(authority);
        }

        length[0] |= (byte)(isHuffman ? 0x80 : 0);
        byte[] block = [0x83, 0x86, 0x45, 2, (byte)'/', (byte)'p', 0x41, .. length, .. text, 0x40, 2, (byte)'t', (byte)'e', 1, (byte)'x'];
        return [0, (byte)(block.Length >> 8), (byte)block.Length, 1, 4, 0, 0, 0, 1, .. block];
    }

    private static byte[] Huffman(string text)
    {
        var bits = string.Concat(text.Select(letter => Codes[letter]));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        return [.. bits.Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2))];
    }
}
