using System.Globalization;
using MetaStore.Client;
using MetaStore.Client.Endpoints;

namespace MetaStore.Cli.Pages;

/// <summary>What a member serves over plain HTTP on its client port: /metrics, /health, /version.</summary>
internal sealed class MemberPages : IDisposable
{
    /// <summary>Longest page; far above the metrics of the largest member.</summary>
    private const int BytesMax = 64 << 20;

    private readonly HttpClient _http;
    private readonly EndpointTls? _tls;

    /// <param name="options">Timeouts and TLS; what they are for the calls of a verb.</param>
    /// <exception cref="ArgumentException">A certificate file cannot be used.</exception>
    public MemberPages(MetaStoreClientOptions options)
    {
        _tls = EndpointTls.Load(options.Tls);
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = options.DialTimeout };
        handler.SslOptions = _tls?.Settings() ?? handler.SslOptions;
        _http = new HttpClient(handler) { Timeout = options.CommandTimeout, MaxResponseContentBufferSize = BytesMax };
    }

    /// <summary>The text of a page, whatever its status code: an unhealthy member answers /health with 503.</summary>
    /// <param name="member">Its client URL.</param>
    /// <param name="path">"/metrics".</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="HttpRequestException">It cannot be fetched.</exception>
    public async Task<string> GetAsync(Uri member, string path, CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(member, path), cancellation);
            return await response.Content.ReadAsStringAsync(cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {_http.Timeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>The sum of a metric over its labels; null when it is not among them.</summary>
    /// <param name="metrics">The text of /metrics.</param>
    /// <param name="name">Without labels.</param>
    public static double? Value(string metrics, string name)
    {
        var values = metrics.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && (line[name.Length] is ' ' or '{'))
            .Select(line => NumberOf(line[Math.Max(name.Length, line.LastIndexOf('}') + 1)..])).OfType<double>().ToArray();
        return values.Length == 0 ? null : values.Sum();
    }

    /// <summary>The number after name and labels, without the time that may follow it; null when it is none. Source: the text format of Prometheus.</summary>
    private static double? NumberOf(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() switch
    {
        "+Inf" => double.PositiveInfinity,
        var digits => double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _tls?.Dispose();
    }
}
