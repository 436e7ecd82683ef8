// A web application with one MetaStore member inside it, and its client without a network between the two.
using MetaStore.Client;
using MetaStore.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.Services
    .AddMetaStoreServer(builder.Configuration.GetSection("MetaStore"))
    .AddInProcessMetaStoreClient();
builder.Services.AddHealthChecks().AddMetaStoreServer();

await using var app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/values/{key}", async (string key, MetaStoreClient client, CancellationToken cancellation) =>
    await client.Kv.GetAsync("values/" + key, cancellation) is { } found ? Results.Text(found.Value.ToStringUtf8()) : Results.NotFound());
app.MapPut("/values/{key}", async (string key, HttpRequest request, MetaStoreClient client, CancellationToken cancellation) =>
{
    using var body = new StreamReader(request.Body);
    await client.Kv.PutAsync("values/" + key, await body.ReadToEndAsync(cancellation), cancellation);
    return Results.NoContent();
});

try
{
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (MetaStoreStartException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return failure.ExitCode;
}
