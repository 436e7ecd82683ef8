using System.Net;
using System.Text.RegularExpressions;
using MetaStore.Protocol.Etcd;
using MetaStore.Server.Tests.Hosting;
using MetaStore.Testing.Processes;

namespace MetaStore.Server.Tests.Observability;

/// <summary>The health pages, on an address of <c>--listen-metrics-urls</c> and on the client's, with etcd 3.6's texts.</summary>
public sealed class HttpPagesTests
{
    [Fact]
    public async Task MetricsUrls_ServeTheProbesOnly_OnEveryAddress()
    {
        int[] ports = FreePorts.Take(2);
        await using SingleNode node = await SingleNode.StartNewAsync($"--listen-metrics-urls=http://127.0.0.1:{ports[0]},http://127.0.0.1:{ports[1]}");
        await node.SettledAsync();
        foreach (int port in ports)
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            Assert.Equal("""{"health":"true","reason":""}""", await http.GetStringAsync("/health"));
            Assert.Equal("ok\n", await http.GetStringAsync("/livez"));
            Assert.Equal("ok\n", await http.GetStringAsync("/readyz"));
            Assert.Contains("etcd_server_has_leader 1\n", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"))).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/version")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("/v3/kv/range", new StringContent("{}"))).StatusCode);
        }
    }

    [Fact]
    public async Task FirstPage_LinksToPagesThatExist()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        await node.SettledAsync();
        HttpResponseMessage answer = await node.Http.GetAsync("/");
        string page = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        string[] links = [.. Regex.Matches(page, "href=\"(.*?)\"").Select(match => match.Groups[1].Value)];
        Assert.Equal(6, links.Length);
        foreach (string link in links)
        {
            Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync(link)).StatusCode);
        }
    }

    [Fact]
    public async Task Checks_AnswerAsEtcd_VerboseAndExcluded()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        await node.SettledAsync();
        Assert.Equal("[+]serializable_read ok\nok\n", await node.Http.GetStringAsync("/livez?verbose"));
        Assert.Equal(
            "[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n", await node.Http.GetStringAsync("/readyz?verbose"));
        Assert.Equal(
            "[+]data_corruption ok\n[+]serializable_read ok\nok\n",
            await node.Http.GetStringAsync("/readyz?verbose&exclude=linearizable_read&exclude=non_learner&exclude=no_such_check"));
        Assert.Equal("ok\n", await node.Http.GetStringAsync("/readyz/data_corruption?exclude=data_corruption"));
        Assert.Equal(HttpStatusCode.NotFound, (await node.Http.GetAsync("/livez/linearizable_read")).StatusCode);
        HttpResponseMessage head = await node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/readyz"));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET"), (head.StatusCode, string.Join(',', head.Content.Headers.Allow)));
    }

    [Fact]
    public async Task Checks_ThatFail_AreNamed_AndCounted()
    {
        await using SingleNode node = await SingleNode.StartNewAsync();
        await node.SettledAsync();
        await node.CallAsync<AlarmResponse>("Maintenance/Alarm", new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = AlarmType.Corrupt });
        HttpResponseMessage answer = await node.Http.GetAsync("/readyz?exclude=serializable_read&exclude=linearizable_read");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("[-]data_corruption failed: alarm activated: CORRUPT\n[+]non_learner ok\n\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal("nosniff", string.Join(',', answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("[-]data_corruption failed: alarm activated: CORRUPT\n\n", await (await node.Http.GetAsync("/readyz/data_corruption")).Content.ReadAsStringAsync());
        Assert.Equal("ok\n", await node.Http.GetStringAsync("/readyz?exclude=data_corruption"));
        string page = await node.Http.GetStringAsync("/metrics");
        Assert.Contains("etcd_server_healthcheck{type=\"readyz\",name=\"data_corruption\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("etcd_server_healthchecks_total{type=\"readyz\",name=\"data_corruption\",status=\"error\"} 2\n", page, StringComparison.Ordinal);
        Assert.Contains("etcd_server_healthchecks_total{type=\"readyz\",name=\"non_learner\",status=\"success\"} 2\n", page, StringComparison.Ordinal);
    }
}
