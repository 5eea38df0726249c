#!/usr/bin/env bash
# Measures the published size of a program that predicts and references only one of Graft's packages.
#
#   scripts/consumer-size.sh [MODEL [IMAGE]] [--package NAME] [--namespace NAME] [--repository FOLDER]
#
#   --package      the package; Graft.Classification by default
#   --namespace    the namespace of Classifier; the package's name by default
#   --repository   the repository to pack from, for example another commit's; this one by default
#
# Packs the package's projects with the native library of this machine, publishes a console project that references
# the package for linux-x64 without the runtime, lists the published files and prints their bytes. With a model and an
# image it also runs the program. Fails if SQLite or chart scripts are among the files or in an assembly.
set -euo pipefail

package=Graft.Classification
namespace=
repository=$(cd "$(dirname "$0")/.." && pwd)
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --package) package=$2; shift 2 ;;
    --namespace) namespace=$2; shift 2 ;;
    --repository) repository=$(cd "$2" && pwd); shift 2 ;;
    -*) echo "consumer-size.sh: unknown option $1" >&2; exit 2 ;;
    *) arguments+=("$(realpath "$1")"); shift ;;
  esac
done
namespace=${namespace:-$package}

work=$(mktemp -d "${TMPDIR:-/tmp}/graft-consumer-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/source" "$work/project"

# The package and the projects that it references, directly or not.
projects=()
collect() {
  local project=$1 reference
  case " ${projects[*]-} " in *" $project "*) return ;; esac
  projects+=("$project")
  while read -r reference; do
    collect "$reference"
  done < <(sed -n 's|.*<ProjectReference Include="[^"]*/\([^"/]*\)\.csproj".*|\1|p' \
    "$repository/src/$project/$project.csproj")
}
collect "$package"

for project in "${projects[@]}"; do
  dotnet pack "$repository/src/$project" -c Release -p:GraftNatives=build -o "$work/source" -v quiet -nologo >&2
done

version=$(basename "$(ls "$work/source/$package".[0-9]*.nupkg)" .nupkg)
version=${version#"$package".}
cat > "$work/project/nuget.config" <<EOF
<configuration>
  <config><add key="globalPackagesFolder" value="../packages" /></config>
  <packageSources><add key="graft" value="../source" /></packageSources>
</configuration>
EOF
cat > "$work/project/Consumer.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="$package" Version="$version" /></ItemGroup>
</Project>
EOF
cat > "$work/project/Program.cs" <<EOF
using $namespace;

using var classifier = Classifier.Load(args[0]);
Console.WriteLine(args.Length > 1 ? classifier.Predict(args[1]) : string.Join(", ", classifier.ClassNames));
EOF

(cd "$work/project" && dotnet publish -c Release -r linux-x64 --self-contained false -o "$work/published" \
  -v quiet -nologo >&2)

cd "$work/published"
find . -type f -printf '%10s  %P\n' | sort -k2
total=$(find . -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
image_library=$(find . -type f -name 'libvips*' -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }')
echo "$package: $total bytes, published for linux-x64 without the runtime;" \
  "$((total - image_library)) bytes without the image library libvips"

if [ ${#arguments[@]} -gt 0 ]; then
  ./Consumer "${arguments[@]}"
fi

unwanted=$(find . -type f -iname '*sqlite*' -o -type f -iname '*vega*')
# The scripts of charts are resources of an assembly, under names with "vega" in them.
unwanted+=" "$(find . -type f -name '*.dll' -exec grep -liaE 'vega(-lite|-embed)?(\.min)?\.js' {} +  || true)
if [ -n "${unwanted// /}" ]; then
  echo "consumer-size.sh: SQLite or chart scripts are published:" >&2
  echo "$unwanted" >&2
  exit 1
fi
