using System.Text.Json;
using Google.Protobuf;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Tests.Hosting;

namespace MetaStore.Server.Tests.Dashboard;

/// <summary>Responses of the key browser, for keys and values of arbitrary bytes.</summary>
public sealed class KeyPagesTests : IAsyncLifetime
{
    private SingleNode _node = null!;

    public async Task InitializeAsync() => _node = await SingleNode.StartNewAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Keys_ComePageByPage_WithoutTheirValues()
    {
        byte[][] keys = [[0], [0, 255], "a"u8.ToArray(), "a/1"u8.ToArray(), "a/2"u8.ToArray(), "b"u8.ToArray(), [255], [255, 255]];
        foreach (byte[] key in keys)
        {
            await PutAsync(key, new byte[100_000]);
        }

        Assert.Equal(keys, Keys(await GetAsync("keys")));
        JsonElement page = await GetAsync($"keys?limit=3");
        Assert.Equal((keys[..3].Length, true, "8"), (Keys(page).Length, page.GetProperty("more").GetBoolean(), page.GetProperty("count").GetString()));
        Assert.Equal(keys[3..6], Keys(await GetAsync($"keys?limit=3&from={Text([.. keys[2], 0])}")));
        Assert.Equal(keys[2..5], Keys(await GetAsync($"keys?prefix={Text("a"u8)}")));
        Assert.Equal(keys[6..], Keys(await GetAsync($"keys?prefix={Text([255])}")));
        Assert.DoesNotContain("\"value\"", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongKeys_AndLongValues_AreCut_AndSayHowLongTheyAre()
    {
        byte[] key = new byte[5000];
        Array.Fill(key, (byte)'k');
        await PutAsync(key, []);
        await PutAsync("v"u8.ToArray(), new byte[300_000]);
        JsonElement listed = (await GetAsync("keys")).GetProperty("keys")[0];
        Assert.Equal((2048, 5000), (listed.GetProperty("key").GetBytesFromBase64().Length, listed.GetProperty("key_bytes").GetInt32()));
        JsonElement value = await GetAsync($"value?key={Text("v"u8)}");
        Assert.Equal((64 << 10, 300_000), (value.GetProperty("value").GetBytesFromBase64().Length, value.GetProperty("value_bytes").GetInt32()));
    }

    [Fact]
    public async Task History_HasEveryChange_UpToWhatIsCompacted()
    {
        byte[] key = [1, 2, 255];
        await PutAsync(key, "one"u8.ToArray());
        await PutAsync(key, "two"u8.ToArray());
        await _node.CallAsync<DeleteRangeResponse>("KV/DeleteRange", new DeleteRangeRequest { Key = ByteString.CopyFrom(key) });
        await PutAsync("other"u8.ToArray(), []);
        await PutAsync(key, "three"u8.ToArray());
        Assert.Equal("6:put 1 three, 4:delete, 3:put 2 two, 2:put 1 one", Changes(await GetAsync($"history?key={Text(key)}")));
        JsonElement page = await GetAsync($"history?key={Text(key)}&limit=2");
        Assert.Equal(("6:put 1 three, 4:delete", true), (Changes(page), page.GetProperty("more").GetBoolean()));
        Assert.Equal("3:put 2 two, 2:put 1 one", Changes(await GetAsync($"history?key={Text(key)}&before=4")));
        Assert.Equal("two", Value(await GetAsync($"value?key={Text(key)}&revision=3")));
        Assert.False((await GetAsync($"value?key={Text(key)}&revision=5")).GetProperty("found").GetBoolean());

        await _node.CallAsync<CompactionResponse>("KV/Compact", new CompactionRequest { Revision = 5, Physical = true });
        JsonElement kept = await GetAsync($"history?key={Text(key)}");
        Assert.Equal(("6:put 1 three", "5"), (Changes(kept), kept.GetProperty("compacted_revision").GetString()));
    }

    [Fact]
    public async Task Tail_ShowsChanges_AndCountsWhatAReaderCannotFollow()
    {
        using LiveLines tail = await LiveLines.OpenAsync(_node, $"watch?prefix={Text("t/"u8)}");
        await tail.NextAsync();
        await PutAsync("other"u8.ToArray(), []);
        await PutAsync("t/1"u8.ToArray(), [255]);
        JsonElement change = (await tail.NextAsync()).GetProperty("changes")[0];
        Assert.Equal("t/1"u8.ToArray(), change.GetProperty("key").GetBytesFromBase64());
        Assert.Equal(("3", false), (change.GetProperty("mod_revision").GetString(), change.GetProperty("delete").GetBoolean()));

        for (int i = 0; i < 1000; i++)
        {
            await PutAsync("t/many"u8.ToArray(), []);
        }

        (int shown, long leftOut) = (0, 0);
        while (shown + leftOut < 1000)
        {
            JsonElement line = await tail.NextAsync();
            shown += line.TryGetProperty("changes", out JsonElement changes) ? changes.GetArrayLength() : 0;
            leftOut += line.TryGetProperty("left_out", out JsonElement some) ? some.GetInt64() : 0;
        }

        Assert.Equal(1000, shown + leftOut);

        // A hundred in a second, of which t/1 may be one.
        Assert.True(shown >= 99, $"{shown} were shown");
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Uri.EscapeDataString(Convert.ToBase64String(bytes));

    private static byte[][] Keys(JsonElement page) => [.. page.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("key").GetBytesFromBase64())];

    private static string Value(JsonElement pair) => System.Text.Encoding.UTF8.GetString(pair.GetProperty("value").GetBytesFromBase64());

    private static string Changes(JsonElement history) => string.Join(", ", history.GetProperty("changes").EnumerateArray().Select(change =>
        $"{change.GetProperty("mod_revision").GetString()}:"
        + (change.GetProperty("delete").GetBoolean() ? "delete" : $"put {change.GetProperty("version").GetString()} {Value(change)}")));

    private Task PutAsync(byte[] key, byte[] value) =>
        _node.CallAsync<PutResponse>("KV/Put", new PutRequest { Key = ByteString.CopyFrom(key), Value = ByteString.CopyFrom(value) });

    private async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage answer = await _node.Http.GetAsync(new Uri("/dashboard/api/" + path, UriKind.Relative));
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement.Clone();
    }
}
