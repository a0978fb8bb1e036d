using System.Text.Json.Serialization;

namespace Hawser.Doctor;

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
enum Verdict
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Something works less well than it could.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>Containers will not start, or will not reach each other.</summary>
    [JsonStringEnumMemberName("broken")]
    Broken,
}

/// <summary>What one check of the host found.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Says">What was found, in a sentence.</param>
/// <param name="Remedy">What to do, or null.</param>
sealed record Finding(string Check, Verdict Verdict, string Says, string? Remedy = null)
{
    /// <summary>What was found and what to do, in one line.</summary>
    public string Sentence => Remedy is null ? Says : $"{Says}; {Remedy}";

    public static Finding Ok(string check, string says) => new(check, Verdict.Ok, says);

    public static Finding Warning(string check, string says, string? remedy = null) => new(check, Verdict.Warning, says, remedy);

    public static Finding Broken(string check, string says, string? remedy = null) => new(check, Verdict.Broken, says, remedy);
}

/// <summary>What <c>hawser doctor --json</c> prints. Fields are added, never renamed.</summary>
sealed record DoctorReport(bool Healthy, IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DoctorReport))]
sealed partial class DoctorJson : JsonSerializerContext;
